# SPDX-License-Identifier: MIT
"""What `agon bench --peers` measures beside agon's rules: the same work in NumPy, PyTorch and scikit-learn.

agon starts this file and takes turns with it: a line of JSON comes in, a line goes out.

    {"who": true}                      -> {"peers": [{"name", "about", "present"}]}
    {"make": "numpy", "rule": "bp", "work": "fit", "inputs", "outputs", "batch", "settings": {...}}
                                       -> {"id": 0}, or {"not_for_me": "why"}
    {"run": 0, "times": 20}            -> {"seconds": CPU seconds of the thread}

Each does what agon's rule does in one update, on rows of the same shape: sigmoid or ReLU units, squared error
or cross-entropy, SGD or Adam; nothing is left out and nothing is added. By hand:

    echo '{"who": true}' | OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 peers.py
"""
import ctypes
import json
import mmap
import platform
import sys
import time
import warnings

warnings.filterwarnings("ignore")  # of denormals that are flushed, of minibatches that do not converge


class NotForMe(Exception):
    pass


def flush_denormals():
    """Sets FTZ and DAZ of this thread, as agon does: ldmxcsr [rdi]; ret."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes([0x0F, 0xAE, 0x17, 0xC3]))
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    load = ctypes.CFUNCTYPE(None, ctypes.POINTER(ctypes.c_uint32))(address)
    load(ctypes.byref(ctypes.c_uint32(0x1F80 | 0x8040)))
    flush_denormals.code = code  # stays mapped


try:
    import numpy as np
except ImportError as error:
    np, numpy_missing = None, str(error)
try:
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
except ImportError as error:
    torch, torch_missing = None, str(error)
try:
    import sklearn
    from sklearn.neural_network import MLPClassifier
except ImportError as error:
    sklearn, sklearn_missing = None, str(error)


def blas():
    """Whose matrix products NumPy runs on, and for which processor they were written."""
    try:
        with open("/proc/self/maps") as maps:
            files = {line.split()[-1] for line in maps if "blas" in line}
    except OSError:
        return "an unknown BLAS"
    for file in sorted(files):
        try:
            name = ctypes.CDLL(file).openblas_get_corename
        except (OSError, AttributeError):
            continue
        name.restype = ctypes.c_char_p
        return "OpenBLAS for " + name().decode()
    if any("libblas" in file for file in files):
        return "the reference BLAS, which is slow (libopenblas0 is not)"
    return "an unknown BLAS"


class Net:
    """The sizes and options of a case; what a peer does not know it refuses."""

    def __init__(self, case):
        s = case["settings"]
        self.rule, self.batch = case["rule"], case["batch"]
        if case["work"] != "fit":
            raise NotForMe("")
        depth, width = int(s.get("depth", 1)), int(s.get("width", 64))
        self.sizes = [case["inputs"]] + [width] * depth + [case["outputs"]]
        self.adam = s.get("optimiser", "adam") == "adam"
        self.relu = s.get("activation", "relu") == "relu"
        self.cross_entropy = s.get("loss", "cross-entropy") == "cross-entropy"
        self.lr = float(s.get("lr", 0.003))
        self.settings = s
        rng = np.random.default_rng(1)
        self.x = rng.random((self.batch, self.sizes[0]), dtype=np.float32)
        classes = max(2, self.sizes[-1])
        self.labels = np.arange(self.batch) % classes
        one_hot = np.eye(classes, dtype=np.float32)[self.labels]
        self.target = one_hot if self.sizes[-1] > 1 else one_hot[:, 1:]
        bounds = [np.sqrt(6 / (a + b)) for a, b in zip(self.sizes, self.sizes[1:])]
        self.weights = [
            rng.uniform(-h, h, (a, b)).astype(np.float32)
            for h, a, b in zip(bounds, self.sizes, self.sizes[1:])
        ]
        self.biases = [np.zeros(b, np.float32) for b in self.sizes[1:]]


class NumpyBp:
    def __init__(self, net):
        if net.rule != "bp":
            raise NotForMe("")
        self.n, self.w, self.b = net, net.weights, net.biases
        self.moments = [[np.zeros_like(p), np.zeros_like(p)] for p in self.w + self.b]
        self.t = 0

    def step(self):
        n, w, b = self.n, self.w, self.b
        h = [n.x]
        for i in range(len(w)):
            a = h[-1] @ w[i]
            a += b[i]
            last = i + 1 == len(w)
            if last and n.cross_entropy:
                a -= a.max(axis=1, keepdims=True)
                np.exp(a, out=a)
                a /= a.sum(axis=1, keepdims=True)
            elif not last and n.relu:
                np.maximum(a, 0, out=a)
            else:
                np.negative(a, out=a)
                np.exp(a, out=a)
                a += 1
                np.reciprocal(a, out=a)
            h.append(a)
        delta = h[-1] - n.target
        if not n.cross_entropy:
            delta *= h[-1] * (1 - h[-1])
        delta /= n.batch
        self.t += 1
        for i in range(len(w) - 1, -1, -1):
            dw, db = h[i].T @ delta, delta.sum(axis=0)
            if i > 0:
                delta = delta @ w[i].T
                delta *= (h[i] > 0) if n.relu else h[i] * (1 - h[i])
            self.learn(i, w[i], dw)
            self.learn(i + len(w), b[i], db)

    def learn(self, index, p, g):
        if not self.n.adam:
            g *= self.n.lr
            p -= g
            return
        m, v = self.moments[index]
        m *= 0.9
        m += 0.1 * g
        v *= 0.999
        v += 0.001 * (g * g)
        p -= self.n.lr / (1 - 0.9**self.t) * m / (np.sqrt(v / (1 - 0.999**self.t)) + 1e-8)


class NumpyEd:
    """Error diffusion as the article did it in NumPy: one network a class, growth only, the rows of a
    minibatch in one product, split by the sign of the error."""

    def __init__(self, net):
        if net.rule != "ed":
            raise NotForMe("")
        sizes = net.sizes[:-1] + [1]
        self.n, self.nets = net, net.sizes[-1]
        rng = np.random.default_rng(1)
        layers = len(sizes) - 1
        norm = int(net.settings.get("width", 16)) + int(net.settings.get("depth", 1))
        self.rate = float(net.settings.get("lr", 0.01)) / norm
        self.m, self.sign, self.pre = [], [], []
        for l, (a, b) in enumerate(zip(sizes, sizes[1:])):
            # Every input of the first layer has a synapse of either sign.
            ins = 2 * a + 2 if l == 0 else a + 2
            pre = np.where(np.arange(ins) % 2 == 0, 1, -1).astype(np.float32)
            post = np.where(np.arange(b) % 2 == 0, 1, -1).astype(np.float32)
            if l + 1 == layers:
                post[:] = 1
            self.m.append([rng.random((ins, b), dtype=np.float32) / ins for _ in range(self.nets)])
            self.sign.append(pre[:, None] * post[None, :])
            self.pre.append(pre)
        self.twice = np.repeat(net.x, 2, axis=1)

    def step(self):
        for k in range(self.nets):
            self.one(k, self.n.target[:, k : k + 1])

    def one(self, k, target):
        beta, u0 = np.float32(0.8), np.float32(0.4)
        thresholds = np.full((self.n.batch, 2), beta, np.float32)
        below, inputs, outputs = self.twice, [], []
        for l in range(len(self.m)):
            x = np.concatenate([below, thresholds], axis=1)
            a = x @ (self.m[l][k] * self.sign[l])
            below = 1 / (1 + np.exp(-2 / u0 * a))
            inputs.append(x)
            outputs.append(below)
        error = target - outputs[-1]
        up, down = np.maximum(error, 0), np.maximum(-error, 0)
        for l in range(len(self.m)):
            slope = outputs[l] * (1 - outputs[l])
            excites = self.pre[l] > 0
            x = inputs[l]
            self.m[l][k][excites] += self.rate * (x[:, excites].T @ (slope * up))
            self.m[l][k][~excites] += self.rate * (x[:, ~excites].T @ (slope * down))


class TorchBp:
    def __init__(self, net):
        if net.rule != "bp":
            raise NotForMe("")
        modules = []
        for i, (a, b) in enumerate(zip(net.sizes, net.sizes[1:])):
            modules.append(torch.nn.Linear(a, b))
            if i + 2 < len(net.sizes):
                modules.append(torch.nn.ReLU() if net.relu else torch.nn.Sigmoid())
            elif not net.cross_entropy:
                modules.append(torch.nn.Sigmoid())
        self.model = torch.nn.Sequential(*modules)
        self.x = torch.from_numpy(net.x)
        if net.cross_entropy:
            self.loss, self.target = torch.nn.CrossEntropyLoss(), torch.from_numpy(net.labels)
        else:
            self.loss, self.target = torch.nn.MSELoss(), torch.from_numpy(net.target.copy())
        kind = torch.optim.Adam if net.adam else torch.optim.SGD
        self.optimiser = kind(self.model.parameters(), lr=net.lr)

    def step(self):
        self.optimiser.zero_grad(set_to_none=True)
        self.loss(self.model(self.x), self.target).backward()
        self.optimiser.step()


class SklearnBp:
    """A rough peer: log-loss in place of the squared error, and its own checks of every minibatch."""

    def __init__(self, net):
        if net.rule != "bp":
            raise NotForMe("")
        self.model = MLPClassifier(
            net.sizes[1:-1],
            activation="relu" if net.relu else "logistic",
            solver="adam" if net.adam else "sgd",
            momentum=0,
            batch_size=net.batch,
            learning_rate_init=net.lr,
            alpha=0,
        )
        self.x, self.labels = net.x, net.labels
        self.model.partial_fit(self.x, self.labels, classes=np.unique(self.labels))

    def step(self):
        self.model.partial_fit(self.x, self.labels)


def makers():
    """By name: what it is or why it is absent, whether it is here, and its classes."""
    yield "numpy", *found(np, lambda: f"NumPy {np.__version__} on {blas()}", lambda: numpy_missing), (NumpyBp, NumpyEd)
    yield "torch", *found(
        np and torch, lambda: f"PyTorch {torch.__version__} on {blas()}, eager", lambda: torch_missing
    ), (TorchBp,)
    yield "sklearn", *found(
        np and sklearn, lambda: f"scikit-learn {sklearn.__version__}, log-loss", lambda: sklearn_missing
    ), (SklearnBp,)


def found(module, about, missing):
    return (about(), True) if module else (missing() if np else numpy_missing, False)


def main():
    flush_denormals()
    peers = {name: (about, present, classes) for name, about, present, classes in makers()}
    made = []
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "who" in request:
                answer = {
                    "peers": [
                        {"name": n, "about": about, "present": present}
                        for n, (about, present, _) in peers.items()
                    ]
                }
            elif "make" in request:
                answer = {"id": len(made)}
                made.append(make(peers[request["make"]][2], request))
            else:
                step, times = made[request["run"]].step, request["times"]
                start = time.thread_time()
                for _ in range(times):
                    step()
                answer = {"seconds": time.thread_time() - start}
        except NotForMe as reason:
            answer = {"not_for_me": str(reason)}
        print(json.dumps(answer), flush=True)


def make(classes, case):
    net = Net(case)
    for one in classes:
        try:
            return one(net)
        except NotForMe:
            continue
    raise NotForMe("")


if __name__ == "__main__":
    main()
