// Shows how training goes: a bar on a terminal, a line now and then elsewhere.
import { Presets, SingleBar } from 'cli-progress'
import type { History } from './history.ts'

export interface Progress {
  update(history: History): void
  stop(): void
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`
export const clock = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

function facts(history: History): Record<string, string> {
  const { epoch, epochs } = history.steps.at(-1)!
  const { loss, accuracy } = history.recent()
  return {
    epoch: `epoch ${epoch}/${epochs}`,
    loss: `loss ${loss.toFixed(3)}`,
    accuracy: `accuracy ${percent(accuracy)}`,
    speed: `${Math.round(history.imagesPerSecond)} images/s`,
    left: `${clock(history.secondsLeft)} left`,
  }
}

export function createProgress(output: NodeJS.WriteStream): Progress {
  return output.isTTY ? bar(output) : lines(output)
}

function bar(stream: NodeJS.WriteStream): Progress {
  const names = ['epoch', 'loss', 'accuracy', 'speed', 'left']
  const format = `{bar} ${names.map((name) => `{${name}}`).join('  ')}`
  const single = new SingleBar({ stream, format, barsize: Math.max(8, Math.min(40, stream.columns - 72)), fps: 10 }, Presets.shades_classic)
  return {
    update(history) {
      const { step, steps } = history.steps.at(-1)!
      if (single.isActive) single.update(step, facts(history))
      else single.start(steps, step, facts(history))
    },
    stop: () => single.stop(),
  }
}

function lines(output: NodeJS.WritableStream): Progress {
  return {
    update(history) {
      const { step, steps } = history.steps.at(-1)!
      if (step % 25 === 0 || step === steps) output.write(`step ${step}/${steps}  ${Object.values(facts(history)).join('  ')}\n`)
    },
    stop() {},
  }
}
