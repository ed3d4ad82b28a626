// Signatures of the functions of `wengert/io`. Grammar and law: ../tensor/signature-reader.ts.
import { type OptionReader, optionReader } from '../tensor/signature-reader.ts'

export const signatures = {
  fromImageData: "image: data, channels: int = 3, dtype: 'float32' | 'uint8' = 'float32'",
  toImageData: 'tensor: tensor',
  'safetensors.save': 'tensors: data, *, metadata: data | null = null',
  'safetensors.load': 'file: data',
  'safetensors.saveFile': 'tensors: data, path: data, *, metadata: data | null = null',
  'safetensors.loadFile': 'path: data',
} as const

/** The optional arguments of a call, with defaults; unknown names are refused. */
export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
