#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares one step of plain descent made by the rule with torch's automatic differentiation.

usage: compare_torch.py PROGRAM     PROGRAM prints the steps as JSON (print_step.cc)

Everything is recomputed in float64 from the weights and inputs that the rule had. Exit codes: 0 all
agree, 1 one does not, 77 python3-torch is not installed.
"""

import json
import subprocess
import sys

try:
    import torch
except ImportError:
    print("skipped: python3-torch is not installed")
    sys.exit(77)

TOLERANCE = 1e-5  # of a tensor's largest gradient

ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "gelu": torch.nn.functional.gelu,
}


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def loss_of(case, layers, x, labels):
    """E of the output: squared error 1/(2B) sum |y - t|^2, or the mean cross-entropy."""
    h = x
    for i, (w, b) in enumerate(layers):
        h = torch.nn.functional.linear(h, w, b)
        if i + 1 < len(layers):
            h = ACTIVATIONS[case["activation"]](h)
    if case["loss"] == "cross-entropy":
        return torch.nn.functional.cross_entropy(h, labels)
    t = torch.nn.functional.one_hot(labels, h.shape[1]).to(torch.float64)
    return 0.5 * ((h - t) ** 2).sum() / x.shape[0]


def compare(case):
    """The largest deviation of the case, as a share of its tensor's largest gradient."""
    layers = [
        (tensor(l["W"]).requires_grad_(), tensor(l["b"]).requires_grad_()) for l in case["before"]
    ]
    loss = loss_of(case, layers, tensor(case["x"]), torch.tensor(case["labels"]))
    loss.backward()
    worst = abs(case["loss_value"] - loss.item()) / loss.item()
    for (w, b), after in zip(layers, case["after"]):
        for p, moved in ((w, tensor(after["W"])), (b, tensor(after["b"]))):
            gradient = (p.detach() - moved) / case["lr"]
            largest = p.grad.abs().max()
            if largest == 0:
                raise SystemExit(f"{case['activation']}, {case['loss']}: no gradient to compare")
            worst = max(worst, ((gradient - p.grad).abs().max() / largest).item())
    return worst


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    text = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout
    cases = json.loads(text)["cases"]
    failed = 0
    for case in cases:
        worst = compare(case)
        verdict = "ok" if worst <= TOLERANCE else "DIFFERS"
        failed += verdict != "ok"
        print(f"{case['activation']:8} {case['loss']:14} {worst:.1e} {verdict}")
    if len(cases) != 8:
        raise SystemExit(f"expected 8 cases, got {len(cases)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
