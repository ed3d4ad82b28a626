"""The cases of cases.ts in PyTorch: prints its version and the microseconds a run (median) by name as JSON."""
import json
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


def median(run, seconds=0.5):
    for _ in range(5):
        run()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def training_step(model, optimizer, loss, x):
    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(model(x)).backward()
        optimizer.step()

    return step


small, other = torch.randn(10, requires_grad=True), torch.randn(10)
thousand = torch.randn(1000)
left, right = torch.randn(256, 256), torch.randn(256, 256)
x = torch.randn(100, 3)
y = x @ torch.tensor([[1.5], [-2.0], [0.7]]) + 0.3
line = nn.Linear(3, 1)
labels, classes = torch.randint(0, 10, (128,)), torch.randint(0, 10, (64,))
perceptron = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
lenet = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
)  # fmt: skip
start = torch.randn((), requires_grad=True)
end = start
for _ in range(10_000):
    end = end + 1


def per_sample_gradients():
    try:
        from torch.func import functional_call, grad, vmap
    except ImportError:  # before PyTorch 2
        from functorch import grad, make_functional, vmap

        call, parameters = make_functional(classifier)
    else:
        parameters = {name: p.detach() for name, p in classifier.named_parameters()}

        def call(p, x):
            return functional_call(classifier, p, (x,))

    gradients = vmap(grad(lambda p, x, y: F.cross_entropy(call(p, x), y)), in_dims=(None, 0, 0))
    samples, targets = torch.randn(64, 32), torch.randint(0, 10, (64,))
    return lambda: gradients(parameters, samples, targets)


classifier = nn.Sequential(nn.Linear(32, 64), nn.Tanh(), nn.Linear(64, 10))
cases = {
    'mul, 10 elements, recorded': lambda: small.mul(other),
    'add, 1,000 elements': lambda: thousand.add(thousand),
    'tanh, 1,000 elements': lambda: thousand.tanh(),
    'backward through 10,000 additions': lambda: end.backward(retain_graph=True),
    'per-sample gradients 32-64-10, 64 samples': per_sample_gradients(),
    'matmul, 256³': lambda: left.matmul(right),
    'linear regression 100×3, SGD: a step': training_step(
        line, torch.optim.SGD(line.parameters(), lr=0.05), lambda output: F.mse_loss(output, y), x
    ),
    'MLP 784-256-128-10, batch 128, Adam: a step': training_step(
        perceptron, torch.optim.Adam(perceptron.parameters(), lr=1e-3), lambda output: F.cross_entropy(output, labels), torch.randn(128, 784)
    ),
    'LeNet, batch 64, SGD with momentum: a step': training_step(
        lenet, torch.optim.SGD(lenet.parameters(), lr=0.05, momentum=0.9), lambda output: F.cross_entropy(output, classes), torch.randn(64, 1, 28, 28)
    ),
}
times = {name: round(median(run), 2) for name, run in cases.items()}
print(json.dumps({"version": torch.__version__, "times": times}, ensure_ascii=False))
