// What `safetensors` offers: bytes (load, save, readHeader) and files (loadFile, saveFile).
export { load, readHeader, type SafetensorsHeader, type SaveOptions, save, type TensorEntry } from './safetensors.ts'
export { loadFile, saveFile } from './safetensors-file.ts'
