# SPDX-License-Identifier: MIT
# Forward-forward: every layer has a goodness of its own, high for inputs with their label, low with a wrong one.
#   z_0 = N([x, onehot(label)]),  h_l = max(z_{l-1} W_l + b_l, 0),  z_l = N(h_l),  N(v) = v / rms(v) row by row
#   g_l = sum_j h_lj^2,  E_l = mean softplus(n_l - g_l(right)) + mean softplus(g_l(wrong) - n_l)
#   an answer is the sum of g_l, l >= 2, under each label.  G. Hinton, arXiv:2212.13345 (2022).
import agon
import numpy as np

__version__, __license__ = "1.0.0", "MIT"

def normal(v):
    return v / (np.sqrt((v * v).mean(1, keepdims=True)) + np.float32(1e-8))

class ForwardForward(agon.Rule):
    id, name, summary = "ff-py", "Forward-forward in Python", "two forward passes, with a right and a wrong label"
    reference, phases, memory_per_parameter = "G. Hinton 2022, arXiv:2212.13345", 2, 2.0
    capabilities = agon.CLASSIFY | agon.LOCAL_UPDATES
    params = {"width": agon.integer(100, 1, 4096, "units of each of the two layers", structure=True),
              "lr": agon.real(0.003, 1e-6, 1, "step size of Adam", log=True, tunable=True), "batch": 32, "epochs": 30}
    equations = {"input with the label c": r"z_0 = \operatorname{N}([x, \operatorname{onehot}(c)])",
                 "a layer": r"h_l = \max(z_{l-1} W_l + b_l, 0), \quad z_l = \operatorname{N}(h_l)",
                 "goodness": r"g_l = \sum_j h_{lj}^2",
                 "learning": r"\Delta W_l = -\eta \nabla \left( \operatorname{softplus}(n_l - g^+_l)"
                             r" + \operatorname{softplus}(g^-_l - n_l) \right) \text{ (Adam)}",
                 "answer": r"\arg \max_c \sum_{l \geq 2} g_l(x, c)"}
    limits = ["An answer costs a pass for each class.", "Classes only; the label travels with the input."]

    def __init__(self, task, p):
        self.lr, self.c, self.t, w = p.lr, task.outputs, 0, p.width
        sizes = [task.inputs + task.outputs, w, w]
        self.W = [agon.normal(l, (n, w), n**-0.5) for l, n in enumerate(sizes[:-1])]
        self.b = [agon.zeros((1, w)) for _ in self.W]
        self.moments = [(agon.zeros(a.shape), agon.zeros(a.shape)) for a in self.W + self.b]

    def layers(self, x, labels):
        z = normal(np.hstack([x, np.eye(self.c, dtype="f4")[labels]]))
        for W, b in zip(self.W, self.b):
            h = agon.gemm(z, W, bias=b, activation="relu")
            yield z, h, (h * h).sum(1, keepdims=True)
            z = normal(h)

    def fit(self, x, target):
        self.t += 1
        right = target.argmax(1)
        wrong = (right + 1 + agon.integers(1000 + self.t, 0, self.c - 1, len(x))) % self.c
        loss, gradients = 0.0, []
        for (z, h, g), (z_, h_, g_), W in zip(self.layers(x, right), self.layers(x, wrong), self.W):
            up, down = W.shape[1] - g, g_ - W.shape[1]
            loss += float(np.logaddexp(0, up).mean() + np.logaddexp(0, down).mean())
            d, d_ = -2 / (1 + np.exp(-up)) * h / len(x), 2 / (1 + np.exp(-down)) * h_ / len(x)
            d, d_ = d.astype("f4"), d_.astype("f4")
            gradients.append((agon.gemm(z.T, d) + agon.gemm(z_.T, d_), agon.column_sums(d) + agon.column_sums(d_)))
        for a, gradient, (m, v) in zip(self.W + self.b, [g for g, _ in gradients] + [g for _, g in gradients], self.moments):
            agon.adam(gradient, m, v, a, lr=self.lr, step=self.t)
        return loss

    def predict(self, x):
        goodness = [sum(g for _, _, g in list(self.layers(x, np.full(len(x), c)))[1:]) for c in range(self.c)]
        return np.hstack(goodness).astype("f4")

    def tensors(self):
        return {**{f"W{l}": W for l, W in enumerate(self.W)}, **{f"b{l}": b for l, b in enumerate(self.b)}}
