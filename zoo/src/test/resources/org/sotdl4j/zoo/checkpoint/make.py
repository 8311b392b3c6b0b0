"""Made the small .pth files beside it, with PyTorch 2.13 and NumPy. TorchTest says what they hold; no build runs this."""
import argparse
import collections
import datetime
import pathlib
import sys

import numpy
import torch

folder = pathlib.Path(sys.argv[1])


def state(prefix="", dtype=torch.float32):
    weight = torch.tensor([[0.5, -1.0, 1.5], [2.0, -2.5, 3.0]], dtype=dtype)
    return collections.OrderedDict(
        [(prefix + "fc.weight", weight), (prefix + "fc.bias", torch.tensor([0.25, -0.75], dtype=dtype))]
    )


def wrapped():
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    args = argparse.Namespace(
        lr=1e-3, seed=None, betas=(0.9, 0.999), output=pathlib.PurePosixPath("runs/1"), device=torch.device("cuda", 0),
        dtype=torch.bfloat16, names={"a", "b"}, size=torch.Size([3, 224]), big=2**70,
    )
    args.itself = args
    return {
        "epoch": 3,
        "arch": "linear",
        "optimizer": optimizer.state_dict(),
        "args": args,
        "state_dict": {k: torch.zeros_like(v) for k, v in state("module.").items()},
        "state_dict_ema": state("module."),
        "metric": numpy.float64(81.2),
        "rng": [numpy.arange(3), torch.arange(4, dtype=torch.uint8)],
        "counts": collections.Counter("ab"),
        "lists": collections.defaultdict(list, {1: [2]}),
        "when": datetime.datetime(2021, 4, 20),
    }


def views():
    base = torch.arange(24.0)
    parameter = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    parameter.note = "attributes are pickled in another way"
    return {
        "transposed": base[:6].view(2, 3).t(),
        "part": base[5:9],
        "tied": base[5:9],
        "every_other": base.view(4, 6)[1:3, ::2],
        "expanded": torch.tensor([7.0]).expand(2, 3),
        "scalar": torch.tensor(3.5),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.tensor([1.0, 2.0])),
        "attributes": parameter,
    }


def types():
    types = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8]
    tensors = {str(t).split(".")[1]: torch.tensor([-1, 0, 3]).to(t) for t in types}
    return tensors | {"uint8": torch.tensor([255, 0, 3], dtype=torch.uint8), "bool": torch.tensor([True, False, True])}


plain = state()
plain._metadata = collections.OrderedDict([("", {"version": 1})])
torch.save(plain, folder / "plain.pth")
torch.save(plain, folder / "plain_legacy.pth", _use_new_zipfile_serialization=False)
torch.save(state(), folder / "protocol5.pth", pickle_protocol=5)
torch.save(wrapped(), folder / "wrapped.pth")
torch.save(wrapped(), folder / "wrapped_legacy.pth", _use_new_zipfile_serialization=False)
torch.save(views(), folder / "views.pth")
torch.save(views(), folder / "views_legacy.pth", _use_new_zipfile_serialization=False)
torch.save(types(), folder / "types.pth")
