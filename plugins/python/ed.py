# SPDX-License-Identifier: MIT
# Error diffusion (../ed/ed.cc has the equations): K nets side by side, magnitudes M [K x rows x units] that only grow.
import agon, numpy as np
def dot(v, w): return v @ w if v.ndim > 2 else agon.gemm(v, w.swapaxes(0, 1).reshape(len(w[0]), -1)).reshape(len(v), len(w), -1).swapaxes(0, 1)
class ErrorDiffusion(agon.Rule):
    id, name, summary, reference = "ed-py", "Error diffusion in NumPy", "plugins/ed in 30 lines of Python", "I. Kaneko 1999; pocokhc, Qiita, 2024"
    capabilities = agon.CLASSIFY | agon.NEEDS_NONNEGATIVE_INPUT | agon.LOCAL_UPDATES | agon.DALE
    params = {"depth": agon.integer(1, 1, 64, structure=True), "width": agon.integer(16, 1, 4096, structure=True), "u0": agon.real(0.4, 1e-3, 1e3),
              "beta": agon.real(0.8, 0, 100), "lr": agon.real(0.01, 1e-6, 100, log=True, tunable=True), "update_norm": agon.choice("units+layers", "fan-out", "none"),
              "deriv_scale": agon.choice("2/u0", "1"), "loss": agon.choice("mse", "ce"), "activation": agon.choice("sigmoid", "relu"), "batch": 64, "epochs": 50}
    def __init__(self, task, p):  # r [rows x 1] and s [units]: the types at both ends; two classes are one net, which says "class 1"
        self.p, self.nets, kinds = p, 1 if task.outputs == 2 else task.outputs, [1 - 2 * (np.arange(p.width) % 2)] * p.depth
        self.r, self.s = [np.append(k, [1, -1])[:, None].astype("f4") for k in [np.repeat([1, -1], task.inputs), *kinds]], [k.astype("f4") for k in [*kinds, np.ones(1)]]
        self.M = [np.array(agon.uniform(l, (self.nets, len(r), len(s)), 0, 1 / len(r))) for l, (r, s) in enumerate(zip(self.r, self.s))]
    def forward(self, x):
        z, self.seen, c = np.hstack([x, x]), [], 2 / self.p.u0 if self.p.deriv_scale == "2/u0" else 1
        for l, (m, r, s) in enumerate(zip(self.M, self.r, self.s)):
            v, last = np.concatenate([z, np.full((*z.shape[:-1], 2), self.p.beta, "f4")], -1), l == self.p.depth
            a, linear, relu = dot(v, r * m * s), last and self.p.loss == "ce", not last and self.p.activation == "relu"
            z = a if linear else np.maximum(a - 0.1, 0) if relu else 1 / (1 + np.exp(-2 / self.p.u0 * a))
            self.seen.append((np.swapaxes(v, -1, -2), np.ones_like(z) if linear else (z > 0) if relu else c * z * (1 - z)))
        return z[:, :, 0].T
    def fit(self, x, target):
        y, t, p = self.forward(x), target[:, -self.nets:], self.p
        loss, e = agon.softmax_cross_entropy(y, t) if p.loss == "ce" else (0.5 * float(((t - y)**2).sum()) / len(x), y - t)
        for m, r, (v, g) in zip(self.M, self.r, self.seen):  # the amines: where d > 0 the + rows learn, where d < 0 the others
            step, d = p.lr / {"units+layers": p.width + p.depth, "fan-out": m.shape[2], "none": 1}[p.update_norm], -e.T[:, :, None]
            m += step * np.where(r > 0, dot(v, np.maximum(d, 0) * g), dot(v, np.maximum(-d, 0) * g))
        return loss
    def predict(self, x): return self.forward(x) if self.nets > 1 else np.hstack([1 - (y := self.forward(x)), y])
    def tensors(self): return {f"M{l + 1}": m for l, m in enumerate(self.M)}
