#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Regenerates the embedded digits from Debian's python3-sklearn, byte for byte.

  make_digits.py            write both IDX files next to this script
  make_digits.py --check    compare them instead: exit 0 equal, 1 different, 77 source not installed

The source is a gzipped CSV of 1797 rows: 64 pixels in 0..16, then the label. The output is IDX
without compression (Git compresses it, and no zlib version can change its bytes).
"""
import argparse
import gzip
import pathlib
import struct
import sys

DEBIAN = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"
UNSIGNED_BYTE = 0x08


def idx(dims, payload):
    header = struct.pack(">HBB", 0, UNSIGNED_BYTE, len(dims))
    return header + b"".join(struct.pack(">I", d) for d in dims) + bytes(payload)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    parser.add_argument("--source", type=pathlib.Path, default=pathlib.Path(DEBIAN))
    options = parser.parse_args()
    if not options.source.exists():
        print(f"skipped: {options.source} is not there; apt-get install python3-sklearn")
        return 77

    with gzip.open(options.source, "rt", encoding="ascii") as source:
        rows = [[int(float(value)) for value in line.split(",")] for line in source]
    if any(len(row) != 65 or min(row) < 0 or max(row[:64]) > 16 or row[64] > 9 for row in rows):
        sys.exit(f"{options.source}: not the expected digits: 64 pixels in 0..16, a label in 0..9")

    outputs = {
        "digits-images-idx3-ubyte": idx([len(rows), 8, 8], [p for row in rows for p in row[:64]]),
        "digits-labels-idx1-ubyte": idx([len(rows)], [row[64] for row in rows]),
    }
    different = 0
    for name, content in outputs.items():
        path = pathlib.Path(__file__).resolve().parent / name
        if not options.check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            print(f"{path.name}: differs from what {options.source} gives")
            different = 1
    if options.check and not different:
        print(f"equal: {len(rows)} digits")
    return different


if __name__ == "__main__":
    sys.exit(main())
