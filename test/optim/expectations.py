#!/usr/bin/env python3
"""Writes expectations.json: what PyTorch (1.13) does in five steps of its optimizers, and the rates of its schedules.
usage: python3 test/optim/expectations.py"""
import json
import pathlib
import warnings
import torch

warnings.simplefilter("ignore")
torch.set_default_dtype(torch.float64)
start = [[0.5, -1.0, 2.0], [0.25]]
result = {"start": start, "optimizers": [], "schedules": []}


def camel(name):
    return "".join(part.capitalize() if index else part for index, part in enumerate(name.split("_")))


def run(name, **options):
    parameters = [torch.tensor(values, requires_grad=True) for values in start]
    optimizer = getattr(torch.optim, name)(parameters, **options)
    for _ in range(5):
        optimizer.zero_grad()
        loss = (parameters[0] ** 2).sum() + (parameters[1] * parameters[0]).sum().sin()
        loss.backward()
        optimizer.step()
    state = {key: value.flatten().tolist() if torch.is_tensor(value) else value for key, value in optimizer.state_dict()["state"].get(0, {}).items()}
    result["optimizers"].append({"name": name, "options": {camel(key): value for key, value in options.items()}, "parameters": [p.tolist() for p in parameters], "state": state})


run("SGD", lr=0.1)
run("SGD", lr=0.1, momentum=0.9)
run("SGD", lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.01)
run("SGD", lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1)
run("SGD", lr=0.1, momentum=0.5, maximize=True)
run("Adam", lr=0.1)
run("Adam", lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)
run("Adam", lr=0.1, amsgrad=True, maximize=True)
run("AdamW", lr=0.1)
run("AdamW", lr=0.1, betas=(0.5, 0.9), weight_decay=0.2, amsgrad=True)


def schedule(name, steps, *arguments, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5, momentum=0.9)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, *arguments, **options)
    rates, momenta = [], []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        scheduler.step()
    result["schedules"].append({"name": name, "arguments": arguments, "options": {camel(key): value for key, value in options.items()}, "rates": rates, "momenta": momenta})


schedule("StepLR", 7, 3, gamma=0.2)
schedule("MultiStepLR", 7, [2, 5])
schedule("ExponentialLR", 4, 0.9)
schedule("CosineAnnealingLR", 8, 4, eta_min=0.1)
schedule("LinearLR", 7)
schedule("OneCycleLR", 10, 0.8, total_steps=11)
schedule("OneCycleLR", 10, 0.8, epochs=3, steps_per_epoch=4, pct_start=0.25, anneal_strategy="linear", three_phase=True)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")
