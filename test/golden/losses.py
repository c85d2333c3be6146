#!/usr/bin/env python3
"""Writes losses.safetensors: inputs, and what PyTorch's losses give for them in f64; run by hand, the tests read the file only."""
import hashlib
import pathlib
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tools")]
import safetensors  # noqa: E402


def main():
    generator = torch.Generator().manual_seed(11)
    draw = lambda: torch.randn(6, 4, generator=generator, dtype=torch.float64)
    a, b, p, q = draw(), draw(), torch.sigmoid(draw()), torch.sigmoid(draw())
    p[0, :2] = torch.tensor([0.0, 1.0])
    t = draw() > 0
    hot = t.double()
    sign = 2 * hot - 1
    results = {
        "mse": F.mse_loss(a, b, reduction="none"), "mae": F.l1_loss(a, b, reduction="none"),
        "huber": F.huber_loss(a, b, reduction="none", delta=0.7), "smooth": F.smooth_l1_loss(a, b, reduction="none", beta=0.3),
        "bce": F.binary_cross_entropy(p, hot, reduction="none"), "bce_soft": F.binary_cross_entropy(p, q, reduction="none"),
        "logits": F.binary_cross_entropy_with_logits(a, hot, reduction="none"),
        "logits_soft": F.binary_cross_entropy_with_logits(a, q, reduction="none"),
        "hinge": torch.clamp(1 - sign * a, min=0), "perceptron": torch.clamp(-sign * a, min=0),
        "psnr": 10 * torch.log10(4 / ((a - b) ** 2).mean(1)), "cosine": F.cosine_similarity(a, b, dim=-1),
        "soft": F.cross_entropy(a, q, reduction="none"), "soft_smooth": F.cross_entropy(a, q, reduction="none", label_smoothing=0.3),
        "norm": torch.linalg.vector_norm(a), "hits": ((a > 0) == t).double(),
    }
    floats = {"a": a, "b": b, "p": p, "q": q}
    tensors = {f"in.{name}": ("F64", list(x.shape), x.flatten().tolist()) for name, x in floats.items()}
    tensors["in.t"] = ("BOOL", list(t.shape), [int(x) for x in t.flatten().tolist()])
    tensors |= {f"out.{name}": ("F64", list(x.shape), x.flatten().tolist()) for name, x in results.items()}
    script = hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()
    safetensors.write(HERE / "losses.safetensors", tensors, {"torch": torch.__version__, "script": script})


if __name__ == "__main__":
    main()
