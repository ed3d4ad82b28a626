// Does it depend on luck? Trains with five seeds (other splits, first weights and orders) and prints the mean.
import { manualSeed } from 'wengert'
import { loadDigits } from './data.ts'
import { evaluate } from './evaluate.ts'
import { LeNet } from './model.ts'
import { readOptions } from './options.ts'
import { percent } from './progress.ts'
import { train } from './train.ts'

async function accuracyWith(seed: number, epochs: number): Promise<number> {
  manualSeed(seed)
  const digits = await loadDigits()
  const model = new LeNet()
  for await (const { endsEpoch, epoch } of train(model, digits.train, epochs))
    if (endsEpoch) console.log(`seed ${seed}  epoch ${epoch}/${epochs}`)
  return (await evaluate(model, digits.test)).accuracy
}

const options = readOptions(process.argv.slice(2))
if (options !== null) {
  const accuracies: number[] = []
  for (let seed = options.seed; seed < options.seed + 5; seed++) {
    const accuracy = await accuracyWith(seed, options.epochs)
    accuracies.push(accuracy)
    console.log(`seed ${seed}  test accuracy ${percent(accuracy, 2)}`)
  }
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length
  console.log(`mean of ${accuracies.length} seeds ${percent(mean, 2)}, lowest ${percent(Math.min(...accuracies), 2)}`)
}
