// Entry `wengert/io`: tensors from and to files and pictures.
export { fromImageData, type ImageDataLike, type ImageOptions, toImageData } from './image.ts'
export * as safetensors from './safetensors-entry.ts'
