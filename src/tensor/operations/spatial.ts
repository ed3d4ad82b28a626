// Convolution, pooling and padding, in one door.
export { conv1d, conv2d } from './convolution.ts'
export { pad } from './padding.ts'
export { avgPool1d, avgPool2d, maxPool1d, maxPool2d } from './pooling.ts'
