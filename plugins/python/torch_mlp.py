# SPDX-License-Identifier: MIT
# A rule on torch, where it is installed: one hidden layer, its gradient by autograd, its weights drawn by agon. The
# tensors share their memory with agon's arrays, so what torch learns is what agon counts, harms and saves.
import agon, numpy as np, torch

torch.set_num_threads(1)  # agon runs cells side by side

class TorchMlp(agon.Rule):
    id, name, summary = "torch-mlp", "Perceptron by torch", "one hidden layer, torch's autograd and Adam"
    reference, capabilities, phases, memory_per_parameter = "Paszke et al. 2019, NeurIPS", agon.CLASSIFY | agon.WEIGHT_TRANSPORT, 2, 2.0
    params = {"width": agon.integer(64, 1, 4096, "hidden units", structure=True),
              "lr": agon.real(0.003, 1e-6, 1, "step size of Adam", log=True, tunable=True), "batch": 32, "epochs": 20}
    equations = {"answer": r"y = \operatorname{softmax}(\tanh(x U + a) V + b)", "learning": r"\theta \leftarrow \theta - \eta \nabla E \text{ (Adam)}"}
    limits = ["What torch multiplies is not counted."]
    def __init__(self, task, p):
        n, w, c = task.inputs, p.width, task.outputs
        self.arrays = {"U": np.array(agon.normal(0, (n, w), n**-0.5)), "a": np.zeros((1, w), "f4"),
                       "V": np.array(agon.normal(1, (w, c), w**-0.5)), "b": np.zeros((1, c), "f4")}
        self.theta = [torch.from_numpy(array).requires_grad_() for array in self.arrays.values()]
        self.adam = torch.optim.Adam(self.theta, lr=p.lr)
    def logits(self, x):
        U, a, V, b = self.theta
        return torch.tanh(torch.tensor(x) @ U + a) @ V + b
    def fit(self, x, target):
        loss = torch.nn.functional.cross_entropy(self.logits(x), torch.tensor(target))
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return float(loss)
    def predict(self, x):
        with torch.no_grad(): return self.logits(x).numpy()
    def tensors(self): return self.arrays
