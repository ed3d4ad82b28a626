// What makes a saved value unusable: it was changed in place, released, or made in inference mode. The sentences about it.
import { GradError } from '../core/errors.ts'
import { printShape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import type { GraphNode } from './graph-node.ts'
import { isInferenceModeEnabled } from './modes.ts'

/** The version that a value must still have when it is needed. */
export function versionToSave(value: Value, node: Pick<GraphNode, 'name'>): number {
  const { version } = value.storage
  if (version < 0 && !isInferenceModeEnabled())
    throw new GradError(
      `${node.name}: a tensor of shape ${printShape(value.shape)} that was made in inferenceMode cannot be saved for backward. Use its clone().`,
    )
  return version
}

export const changedError = (value: Value, expected: number, node: Pick<GraphNode, 'name'>): GradError =>
  new GradError(
    `backward: a tensor of shape ${printShape(value.shape)} that ${node.name} needs was changed in place by ${value.storage.changedBy ?? 'another tensor of its memory'}: it is at version ${value.storage.version}; expected version ${expected}. Use the form without underscore, or clone it first.`,
  )

export const releasedError = (node: Pick<GraphNode, 'name'>): GradError =>
  new GradError(
    `backward: what ${node.name} saved is gone, since backward already went through this graph. Pass { retainGraph: true } the first time.`,
  )
