"""The cases of limits.ts in PyTorch, run on request: a line of JSON in, a line of JSON out. The first argument is the number of threads."""
import json
import math
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(int(sys.argv[1]))


def training_step(model, optimizer, loss, x):
    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(model(x)).backward()
        optimizer.step()

    return step


def classified(model, make_optimizer, shape):
    y = torch.randint(0, 10, (shape[0],))
    return training_step(model, make_optimizer(model.parameters()), lambda output: F.cross_entropy(output, y), torch.randn(*shape))


def fitted(model, make_optimizer, target):
    x = torch.randn(100, 3)
    y = target(x)
    return training_step(model, make_optimizer(model.parameters()), lambda output: F.mse_loss(output, y), x)


def linear_regression():
    return fitted(nn.Linear(3, 1), lambda p: torch.optim.SGD(p, lr=0.05), lambda x: x @ torch.tensor([[1.5], [-2.0], [0.7]]) + 0.3)


def tiny_perceptron():
    model = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))
    return fitted(model, lambda p: torch.optim.Adam(p, lr=1e-2), lambda x: torch.sin(x.sum(1, keepdim=True)))


def perceptron():
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    return classified(model, lambda p: torch.optim.Adam(p, lr=1e-3), (128, 784))


def lenet():
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip
    return classified(model, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), (64, 1, 28, 28))


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        inner = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(inner)) + self.shortcut(x))


class ResidualNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU())
        self.blocks = nn.Sequential(ResidualBlock(32, 32, 1), ResidualBlock(32, 64, 2), ResidualBlock(64, 128, 2))
        self.classify = nn.Linear(128, 10)

    def forward(self, x):
        return self.classify(self.blocks(self.stem(x)).mean((2, 3)))


def residual_network():
    return classified(ResidualNetwork(), lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=5e-4), (32, 3, 32, 32))


def convolutional_network():
    def block(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]

    model = nn.Sequential(*block(3, 32), *block(32, 64), *block(64, 128), nn.Flatten(), nn.Linear(128 * 16, 10))
    return classified(model, lambda p: torch.optim.Adam(p, lr=1e-3), (32, 3, 32, 32))


VOCABULARY, WIDTH, HEADS, CONTEXT = 65, 128, 4, 64


class TransformerBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attend, self.project = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.expand, self.contract = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.register_buffer('later', torch.ones(CONTEXT, CONTEXT).tril() == 0)

    def forward(self, x):
        batch, length, _ = x.shape
        parts = self.attend(self.norm1(x)).split(WIDTH, 2)
        q, k, v = [part.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2) for part in parts]
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(WIDTH // HEADS)
        weights = F.softmax(scores.masked_fill(self.later[:length, :length], float('-inf')), -1)
        x = x + self.project((weights @ v).transpose(1, 2).reshape(batch, length, WIDTH))
        return x + self.contract(F.gelu(self.expand(self.norm2(x))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(*[TransformerBlock() for _ in range(4)])
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, text):
        x = self.tokens(text) + self.positions(torch.arange(text.shape[1]))
        return self.head(self.norm(self.blocks(x)))


def transformer():
    model = Transformer()
    text = torch.randint(0, VOCABULARY, (16, CONTEXT + 1))
    x, y = text[:, :-1].contiguous(), text[:, 1:].reshape(-1)
    loss = lambda output: F.cross_entropy(output.view(-1, VOCABULARY), y)
    return training_step(model, torch.optim.AdamW(model.parameters(), lr=3e-4), loss, x)


def plain(run):
    def without_gradients():
        with torch.no_grad():
            run()

    return without_gradients


def generation():
    model = Transformer().eval()

    def write():
        text = torch.zeros(1, 1, dtype=torch.long)
        for _ in range(63):
            text = torch.cat([text, model(text)[:, -1].argmax(-1, keepdim=True)], 1)

    return plain(write)


def with_gradients(run, *leaves):
    gradient = torch.randn_like(run())

    def both():
        for leaf in leaves:
            leaf.grad = None
        run().backward(gradient)

    return both


def product(size, transposed=''):
    a, b, out = torch.randn(size, size), torch.randn(size, size), torch.empty(size, size)
    a = a.t() if transposed == 'A' else a
    b = b.t() if transposed == 'B' else b
    return plain(lambda: torch.mm(a, b, out=out))


def convolution(gradients):
    x, weight = torch.randn(16, 8, 28, 28, requires_grad=True), torch.randn(16, 8, 3, 3, requires_grad=True)
    if not gradients:
        return plain(lambda: F.conv2d(x, weight, padding=1))
    output, gradient = F.conv2d(x, weight, padding=1), torch.randn(16, 16, 28, 28)

    def backward():
        x.grad = weight.grad = None
        output.backward(gradient, retain_graph=True)

    return backward


def wide():
    return torch.randn(4096, 1024, requires_grad=True)


def softmax(gradients):
    x = wide()
    run = lambda: F.softmax(x, -1)
    return with_gradients(run, x) if gradients else plain(run)


def layer_norm(gradients):
    x, weight, bias = wide(), torch.ones(1024, requires_grad=True), torch.zeros(1024, requires_grad=True)
    run = lambda: F.layer_norm(x, (1024,), weight, bias)
    return with_gradients(run, x, weight, bias) if gradients else plain(run)


def over_long(operation, gradients=False):
    x = torch.randn(10_000_000, requires_grad=True)
    run = lambda: operation(x)
    return with_gradients(run, x) if gradients else plain(run)


def multiplication():
    small, other = torch.randn(10, requires_grad=True), torch.randn(10)
    return lambda: small.mul(other)


def over_thousand(operation):
    thousand = torch.randn(1000)
    return lambda: operation(thousand)


def backward_through_chain():
    start = torch.randn((), requires_grad=True)
    end = start
    for _ in range(10_000):
        end = end + 1
    return lambda: end.backward(retain_graph=True)


def per_sample_gradients():
    classifier = nn.Sequential(nn.Linear(32, 64), nn.Tanh(), nn.Linear(64, 10))
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


CASES = {
    'mul of 10, recorded': multiplication,
    'add of 1,000': lambda: over_thousand(lambda x: x.add(x)),
    'tanh of 1,000': lambda: over_thousand(torch.tanh),
    'backward through 10,000 additions': backward_through_chain,
    'per-sample gradients, 64 samples': per_sample_gradients,
    'linear regression 100×3, SGD': linear_regression,
    'tiny MLP 3-16-1, Adam': tiny_perceptron,
    'MLP 784-256-128-10, Adam': perceptron,
    'LeNet 1×28×28, SGD': lenet,
    'ResNet 3×32×32, SGD': residual_network,
    'CNN 3×32×32, Adam': convolutional_network,
    'char GPT, AdamW': transformer,
    'char GPT, 64 characters written': generation,
    'matmul 1024³': lambda: product(1024),
    'matmul 1024³, Aᵀ·B': lambda: product(1024, 'A'),
    'matmul 1024³, A·Bᵀ': lambda: product(1024, 'B'),
    'matmul 256³': lambda: product(256),
    'conv2d 16×8×28×28': lambda: convolution(False),
    'conv2d 16×8×28×28, gradients': lambda: convolution(True),
    'softmax 4096×1024': lambda: softmax(False),
    'softmax 4096×1024, backward': lambda: softmax(True),
    'layer norm 4096×1024': lambda: layer_norm(False),
    'layer norm 4096×1024, backward': lambda: layer_norm(True),
    'gelu 10⁷': lambda: over_long(F.gelu),
    'gelu 10⁷, backward': lambda: over_long(F.gelu, True),
    'gelu (tanh) 10⁷': lambda: over_long(lambda x: F.gelu(x, approximate='tanh')),
    '(x·2+1).tanh()·x 10⁷': lambda: over_long(lambda x: (x * 2 + 1).tanh() * x),
    'add 10⁷': lambda: over_long(lambda x: x + x),
    'sum 10⁷': lambda: over_long(lambda x: x.sum()),
    'exp 10⁷': lambda: over_long(lambda x: x.exp()),
}


def sample(run, runs):
    start = time.perf_counter()
    for _ in range(runs):
        run()
    return (time.perf_counter() - start) * 1e3 / runs


def measure(run, seconds):
    once = min(sample(run, 1) for _ in range(3))
    runs = max(1, math.ceil(0.2 / once))
    times, end = [], time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        times.append(sample(run, runs))
    return {'ms': statistics.median(times), 'best': min(times), 'runs': len(times) * runs}


def answer(request, kept={}):
    name = request['case']
    if name not in kept:
        kept.clear()
    if request.get('forget') or name not in CASES:
        return {'missing': 'no such case'}
    try:
        if name not in kept:
            torch.manual_seed(0)
            kept[name] = CASES[name]()
        return measure(kept[name], request['seconds'])
    except Exception as error:
        return {'missing': repr(error)}


print(json.dumps({'version': torch.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
