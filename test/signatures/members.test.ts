// What the reference page takes from the sources as text.
import { expect, test } from 'vitest'
import { exportsOf, firstSentence, membersOf } from '../../scripts/members.ts'

test('the first sentence of a comment', () => {
  expect(firstSentence(' One. Two. ')).toBe('One.')
  expect(firstSentence('\n * Normal with\n * deviation 1 / √fan (He et al. 2015). More.\n ')).toBe(
    'Normal with deviation 1 / √fan (He et al. 2015).',
  )
  expect(firstSentence('Uniform on [0, 1). More.')).toBe('Uniform on [0, 1).')
  expect(firstSentence('No full stop\n * @example x. y')).toBe('No full stop')
})

test('members with their parameters', () => {
  const shown = membersOf('src/tensor/tensor.ts', 'Tensor').map((member) => member.shown)
  expect(shown).toEqual(expect.arrayContaining(['shape', 'size(dim?)', 'isLeaf', 'requiresGrad_(options?)', 'expect(shape)', 'toString()']))
  expect(shown.filter((text) => text.startsWith('['))).toEqual([])
  expect(membersOf('src/optim/optimizer.ts', 'Optimizer').map(({ name }) => name)).not.toContain('update')
  expect(exportsOf('src/autograd/modes.ts').map((member) => member.shown)).toContain('noGrad(run)')
  expect(() => membersOf('src/tensor/tensor.ts', 'Nothing')).toThrow('declares no Nothing')
})
