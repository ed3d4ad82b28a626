"""Writes the operator samples of this folder, in the format of docs/conformance.md: `python3 test/conformance/samples.py`.

`samples/` holds what passes or is unsupported, `wrong/` a value, a gradient and a shape that are not PyTorch's.
"""

import json
import pathlib
import shutil

import torch

HERE = pathlib.Path(__file__).parent


def dtype_name(dtype):
    return str(dtype).removeprefix("torch.")


class Writer:
    """The two files of one operation."""

    def __init__(self, folder, operation):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / operation
        self.operation = operation
        self.lines = []
        self.bytes = bytearray()

    def written(self, value):
        if isinstance(value, torch.Tensor):
            offset = len(self.bytes)
            self.bytes += value.detach().resolve_conj().contiguous().numpy().tobytes()
            return {
                "t": dtype_name(value.dtype),
                "s": list(value.shape),
                "o": offset,
                "st": list(value.stride()),
                "rg": value.requires_grad,
            }
        if isinstance(value, (list, tuple)):
            return {"l": [self.written(item) for item in value]}
        if isinstance(value, slice):
            return {"sl": [self.written(bound) for bound in (value.start, value.stop, value.step)]}
        if value is Ellipsis:
            return {"e": 1}
        if isinstance(value, torch.dtype):
            return {"dtype": dtype_name(value)}
        if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
            return {"f": {"nan": "nan", "inf": "inf", "-inf": "-inf"}[str(value)]}
        return value

    def sample(self, call, first, *args, change=None, **kw):
        result = call(first, *args, **kw)
        results = list(result) if isinstance(result, (list, tuple)) else [result]
        line = {
            "in": self.written(first),
            "args": [self.written(value) for value in args],
            "kw": {name: self.written(value) for name, value in kw.items()},
            "out": self.written(result),
        }
        roots = [value for value in results if isinstance(value, torch.Tensor) and value.requires_grad]
        if roots:
            cotangents = [torch.linspace(-1, 2, value.numel(), dtype=value.dtype).reshape(value.shape) for value in roots]
            leaves = list(leaves_of([first, *args, *kw.values()]))
            gradients = torch.autograd.grad(roots, leaves, cotangents, allow_unused=True)
            line["cot"] = [self.written(value) for value in cotangents]
            line["grads"] = [None if value is None else self.written(value) for value in gradients]
        if results and isinstance(results[0], torch.Tensor) and results[0].dtype == torch.float32:
            line["e32"] = [0.0, 0.0]
        if change:
            change(line, self)
        line["id"] = f"{self.operation}#{len(self.lines)}"
        self.lines.append(json.dumps(line))

    def save(self):
        self.path.with_name(f"{self.operation}.jsonl").write_text("\n".join(self.lines) + "\n")
        self.path.with_name(f"{self.operation}.bin").write_bytes(self.bytes)


def leaves_of(values):
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from leaves_of(value)
        elif isinstance(value, torch.Tensor) and value.requires_grad:
            yield value


def good(folder, dtype):
    def real(*shape, requires_grad=True):
        count = torch.Size(shape).numel()
        return (torch.linspace(-1.5, 2, count, dtype=dtype).reshape(shape)).requires_grad_(requires_grad)

    def operation(name, *samples):
        writer = Writer(folder, name)
        for call, *rest in samples:
            keywords = rest.pop() if rest and isinstance(rest[-1], dict) else {}
            writer.sample(call, *rest, **keywords)
        writer.save()

    transposed = real(3, 2, requires_grad=False).t().requires_grad_()
    expanded = real(3, requires_grad=False).expand(2, 3).requires_grad_()
    operation(
        "add",
        (torch.add, real(2, 3), transposed),
        (torch.add, expanded, real(2, 1), {"alpha": 2}),
        (torch.add, real(3), real(1, requires_grad=False)),
    )
    operation(
        "__getitem__",
        (torch.Tensor.__getitem__, real(3, 4), (slice(None, None, 2), [0, 3])),
        (torch.Tensor.__getitem__, real(3, 4), (..., None, 1)),
        (torch.Tensor.__getitem__, real(3, 4), torch.tensor([2, -1])),
        (torch.Tensor.__getitem__, real(3, 4), [0, 2]),
        (torch.Tensor.__getitem__, real(3, 4), slice(torch.tensor(1), None)),
    )
    operation("slice", (torch.ops.aten.slice, real(3, 4), -1, 1, None, 2), (torch.ops.aten.slice, real(3, 4), {"start": -2}))
    operation("repeat", (torch.Tensor.repeat, real(2), (2, 1)), (torch.Tensor.repeat, real(2), 3, 2))
    operation("permute", (torch.Tensor.permute, real(2, 3), (1, 0)), (torch.Tensor.permute, real(2, 3), -1, 0))
    operation(
        "std",
        (torch.std, real(2, 3), False),
        (torch.std, real(2, 3), {"dim": 1, "unbiased": True, "keepdim": True}),
        (torch.std, real(2, 3), 0, False, True),
        (torch.std, real(2, 3), {"dim": None, "correction": 0}),
    )
    operation("max.reduction_with_dim", (torch.max, real(2, 3), 1, True), (torch.max, real(2, 3), {"dim": 0}))
    operation("max.binary", (torch.max, real(2, 3), real(3)))
    operation("nonzero", (torch.nonzero, real(2, 3, requires_grad=False), {"as_tuple": True}))
    operation("norm", (torch.norm, real(2, 3), 0), (torch.norm, real(2, 3), float("inf"), 1))
    operation("sum", (torch.sum, real(2, 3)), (torch.sum, real(2, 0, 3), {"dim": (0, 2)}), (torch.sum, real(1, requires_grad=False)[0]))
    operation("split", (torch.split, real(5), 2), (torch.split, real(5), [1, 4]))
    operation("equal", (torch.equal, real(2), real(2)))
    operation("arange", (torch.arange, 1, 7, 2), (torch.arange, 0.5, 3, {"dtype": dtype, "device": "cpu"}))
    operation("meshgrid.variadic_tensors", (torch.meshgrid, real(2), real(3), {"indexing": "ij"}))
    operation("nn.functional.avg_pool1d", (torch.nn.functional.avg_pool1d, real(1, 1, 6), 2, [], 0, True))
    operation(
        "nn.functional.embedding",
        (lambda weight, input: torch.nn.functional.embedding(input, weight), real(3, 2), torch.tensor([2, 0, 2])),
    )
    operation("log_softmax.dtype", (torch.log_softmax, real(2, 3), 1, {"dtype": torch.float64}))
    operation("where", (lambda self, condition, other: torch.where(condition, self, other), real(2), torch.tensor([True, False]), real(2)))
    operation(
        "abs",
        (torch.abs, real(2)),
        (torch.abs, torch.tensor([3 + 4j])),
        (torch.abs, torch.tensor([-(2**40)])),
    )
    operation("frobnicate", (torch.abs, real(2)), (torch.abs, real(3)))


def wrong(folder):
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)

    def other_value(line, writer):
        line["out"] = writer.written(x.exp() + 1)

    def other_gradient(line, writer):
        line["grads"] = [writer.written(torch.zeros(3))]

    def other_shape(line, writer):
        line["out"] = writer.written(torch.ones(2))

    for name, changes in {"exp": [None, other_value, other_gradient], "log": [other_shape], "sin": [None]}.items():
        writer = Writer(folder, name)
        for change in changes:
            writer.sample(getattr(torch, name), x, change=change)
        writer.save()


if __name__ == "__main__":
    for name in ("samples", "wrong"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    good(HERE / "samples" / "float32", torch.float32)
    good(HERE / "samples" / "float64", torch.float64)
    wrong(HERE / "wrong")
