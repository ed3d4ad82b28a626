// The network: LeNet, two convolutions that find strokes and three layers that decide.
import { nn, type Tensor } from 'wengert'

const { functional: F } = nn

export class LeNet extends nn.Module {
  readonly conv1 = new nn.Conv2d(1, 6, 5, { padding: 2 })
  readonly conv2 = new nn.Conv2d(6, 16, 5)
  readonly fc1 = new nn.Linear(16 * 5 * 5, 120)
  readonly fc2 = new nn.Linear(120, 84)
  readonly fc3 = new nn.Linear(84, 10)

  /** Scores (logits) of the ten digits, `[batch, 10]`, for images `[batch, 1, 28, 28]`. */
  forward<B extends number>(images: Tensor<[B, 1, 28, 28], 'float32'>): Tensor<[B, 10], 'float32'> {
    const strokes = F.maxPool2d(F.relu(this.conv1.forward(images)), 2)
    const shapes = F.maxPool2d(F.relu(this.conv2.forward(strokes)), 2)
    const features = F.relu(this.fc2.forward(F.relu(this.fc1.forward(shapes.flatten(1)))))
    return this.fc3.forward(features)
  }
}
