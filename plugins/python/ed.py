# SPDX-License-Identifier: MIT
# Error diffusion (../ed/ed.cc has the equations): K nets side by side, magnitudes M [K x rows x units] that only grow.
import agon
import numpy as np

class ErrorDiffusion(agon.Rule):
    id, name, summary = "ed-py", "Error diffusion in NumPy", "plugins/ed in 30 lines of Python"
    reference = "I. Kaneko, Error diffusion learning algorithm, 1999; pocokhc, Qiita, 2024"
    capabilities = agon.CLASSIFY | agon.NEEDS_NONNEGATIVE_INPUT | agon.LOCAL_UPDATES | agon.DALE
    params = {"depth": agon.integer(1, 1, 64, structure=True), "width": agon.integer(16, 1, 4096, structure=True),
              "lr": agon.real(0.01, 1e-6, 100, log=True, tunable=True), "u0": agon.real(0.4, 1e-3, 1e3),
              "beta": agon.real(0.8, 0, 100), "update_norm": agon.choice("units+layers", "fan-out", "none"),
              "deriv_scale": agon.choice("2/u0", "1"), "loss": agon.choice("mse", "ce"),
              "activation": agon.choice("sigmoid", "relu"), "batch": 64, "epochs": 50}
    def __init__(self, task, p):
        self.p, self.two = p, task.outputs == 2  # two classes are one net, which says "class 1"
        kinds = [np.repeat([1, -1], task.inputs)] + [1 - 2 * (np.arange(p.width) % 2)] * p.depth + [np.ones(1)]
        self.r = [np.append(k, [1, -1]).astype("f4") for k in kinds[:-1]]  # s_i, then the + and - thresholds
        self.s = [k.astype("f4") for k in kinds[1:]]
        shapes = [(1 if self.two else task.outputs, len(r), len(s)) for r, s in zip(self.r, self.s)]
        self.M = [np.ascontiguousarray(agon.uniform(l, m, 0, 1 / m[1])) for l, m in enumerate(shapes)]
    def forward(self, x):
        z, self.seen = np.broadcast_to(np.hstack([x, x]), (len(self.M[0]), len(x), 2 * x.shape[1])), []
        for l, (m, r, s) in enumerate(zip(self.M, self.r, self.s)):
            v, last = np.pad(z, ((0, 0), (0, 0), (0, 2)), constant_values=self.p.beta), l == self.p.depth
            a, linear, relu = v @ (r[:, None] * m * s), last and self.p.loss == "ce", not last and self.p.activation == "relu"
            z = a if linear else np.maximum(a - 0.1, 0) if relu else 1 / (1 + np.exp(-2 / self.p.u0 * a))
            c = 2 / self.p.u0 if self.p.deriv_scale == "2/u0" else 1
            self.seen.append((v, 1 if linear else (z > 0) if relu else c * z * (1 - z)))
        return z[:, :, 0].T
    def fit(self, x, target):
        y, t = self.forward(x), target[:, 1:] if self.two else target
        loss, e = agon.softmax_cross_entropy(y, t) if self.p.loss == "ce" else (0.5 * float(((t - y)**2).sum()) / len(x), y - t)
        d, p = -e.T[:, :, None], self.p
        for m, r, (v, g) in zip(self.M, self.r, self.seen):
            nu = {"units+layers": p.width + p.depth, "fan-out": m.shape[2], "none": 1}[p.update_norm]
            m += p.lr / nu * np.swapaxes(v * (r * d > 0), 1, 2) @ np.broadcast_to(abs(d) * g, v.shape[:2] + m.shape[2:])
        return loss
    def predict(self, x):
        y = self.forward(x)
        return np.hstack([1 - y, y]) if self.two else y
    def tensors(self):
        return {f"M{l + 1}": m for l, m in enumerate(self.M)}
