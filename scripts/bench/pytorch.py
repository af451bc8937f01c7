"""The other side of `npm run bench`: for each line on standard input does one task and prints its seconds.

Arguments: pictures in a batch, their side in pixels, threads.
"""
import sys
from pathlib import Path
from time import perf_counter

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
from resnet18 import ResNet18

batch, side, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)

pictures = torch.rand(batch, 3, side, side) * 2 - 1
labels = torch.arange(batch)
network = ResNet18()
trained = ResNet18()
network.eval()
optimiser = torch.optim.SGD(trained.parameters(), lr=1e-3, momentum=0.9)
a, b = torch.rand(2, 2048, 2048)


def train():
    optimiser.zero_grad(set_to_none=True)
    F.cross_entropy(trained(pictures), labels).backward()
    optimiser.step()


@torch.inference_mode()
def infer():
    return network(pictures)


@torch.inference_mode()
def multiply():
    return a @ b


tasks = {"train": train, "infer": infer, "multiply": multiply}
print(torch.__version__, flush=True)
for line in sys.stdin:
    begin = perf_counter()
    tasks[line.strip()]()
    print(perf_counter() - begin, flush=True)
