#!/usr/bin/env python3
"""Writes expectations.json: what PyTorch (1.13) gives for activations, losses, batch norm and printing.
usage: python3 test/nn/expectations.py"""
import json
import pathlib
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
points = [-30.0, -4.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 4.0, 6.0, 30.0]


def number(value):
    return value if value == value and abs(value) != float("inf") else str(value)


def flat(tensor):
    return [number(value) for value in tensor.detach().flatten().tolist()]


activations = {
    "relu": F.relu, "relu6": F.relu6, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "selu": F.selu, "silu": F.silu, "mish": F.mish,
    "hardsigmoid": F.hardsigmoid, "logsigmoid": F.logsigmoid, "softsign": F.softsign, "tanhshrink": F.tanhshrink,
    "leakyRelu": F.leaky_relu, "elu": F.elu, "celu": F.celu, "gelu": F.gelu, "softplus": F.softplus, "hardtanh": F.hardtanh,
    "softshrink": F.softshrink, "hardshrink": F.hardshrink,
}
result = {"points": points, "activations": {}, "losses": [], "batchNorm": {}}
for name, function in activations.items():
    x = torch.tensor(points, requires_grad=True)
    y = function(x)
    (gradient,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    result["activations"][name] = {"value": flat(y), "gradient": flat(gradient)}

torch.manual_seed(0)
logits = torch.randn(4, 3)
other = torch.randn(4, 3)
probabilities = torch.rand(4, 3)
distribution = torch.softmax(torch.randn(4, 3), 1)
classes = torch.tensor([0, 2, 1, 2])
ignoring = torch.tensor([0, 2, 1, 0])
weight = torch.tensor([0.2, 1.0, 3.0])
picture = torch.randn(2, 3, 2, 2)
picture_classes = torch.tensor([[[0, 1], [2, 0]], [[1, 1], [0, 2]]])
inputs = {
    "logits": logits, "other": other, "probabilities": probabilities, "distribution": distribution, "classes": classes, "ignoring": ignoring,
    "weight": weight, "picture": picture, "pictureClasses": picture_classes,
}
result["inputs"] = {name: {"shape": list(tensor.shape), "integer": tensor.dtype == torch.int64, "values": tensor.flatten().tolist()} for name, tensor in inputs.items()}


def loss(name, function, input_name, target_name, **options):
    x = inputs[input_name].clone().requires_grad_()
    if name in ("nllLoss", "klDiv"):
        y = function(F.log_softmax(x, 1), inputs[target_name], **{key: inputs.get(value, value) if isinstance(value, str) else value for key, value in options.items()})
    else:
        y = function(x, inputs[target_name], **{key: inputs.get(value, value) if isinstance(value, str) else value for key, value in options.items()})
    (gradient,) = torch.autograd.grad(y.sum(), x)
    camel = {"".join(part.capitalize() if index else part for index, part in enumerate(key.split("_"))): value for key, value in options.items()}
    result["losses"].append({"name": name, "input": input_name, "target": target_name, "options": camel, "value": flat(y), "gradient": flat(gradient)})


for reduction in ("mean", "sum", "none"):
    loss("mseLoss", F.mse_loss, "logits", "other", reduction=reduction)
    loss("l1Loss", F.l1_loss, "logits", "other", reduction=reduction)
    loss("crossEntropy", F.cross_entropy, "logits", "classes", reduction=reduction)
    loss("crossEntropy", F.cross_entropy, "logits", "ignoring", reduction=reduction, weight="weight", ignore_index=0, label_smoothing=0.1)
    loss("crossEntropy", F.cross_entropy, "logits", "distribution", reduction=reduction, weight="weight", label_smoothing=0.2)
    loss("crossEntropy", F.cross_entropy, "picture", "pictureClasses", reduction=reduction, label_smoothing=0.3)
    loss("nllLoss", F.nll_loss, "logits", "classes", reduction=reduction, weight="weight")
    loss("binaryCrossEntropy", F.binary_cross_entropy, "probabilities", "distribution", reduction=reduction, weight="weight")
    loss("binaryCrossEntropyWithLogits", F.binary_cross_entropy_with_logits, "logits", "distribution", reduction=reduction, pos_weight="weight")
loss("smoothL1Loss", F.smooth_l1_loss, "logits", "other", beta=0.7)
loss("smoothL1Loss", F.smooth_l1_loss, "logits", "other", beta=0.0)
loss("huberLoss", F.huber_loss, "logits", "other", delta=0.7)
loss("klDiv", F.kl_div, "logits", "distribution", reduction="batchmean")
loss("klDiv", F.kl_div, "logits", "other", log_target=True)
loss("nllLoss", F.nll_loss, "logits", "ignoring", ignore_index=1)

for momentum in (0.1, None):
    layer = nn.BatchNorm2d(3, momentum=momentum)
    first = layer(picture)
    second = layer(picture * 2 + 1)
    layer.eval()
    last = layer(picture)
    result["batchNorm"]["average" if momentum is None else "momentum"] = {
        "first": flat(first), "last": flat(last), "mean": flat(layer.running_mean), "var": flat(layer.running_var), "count": int(layer.num_batches_tracked),
    }
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")
