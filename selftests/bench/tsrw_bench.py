# SPDX-License-Identifier: GPL-2.0-only
"""Commands for tsrw_bench.ko, and the devices that it needs: for ./packets and ./flows."""

import json
import os
import subprocess
import sys

FILE = '/proc/net/tsrw_bench'
BATCH = 64  # BENCH_BATCH of the module
OURS, NFT = 'bench0', 'bench1'


def die(text):
    sys.exit(f'{os.path.basename(sys.argv[0])}: {text}')


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        die(f'{" ".join(command)}: {done.stderr.strip()}')
    return done.stdout


def tell(*words):
    line = ' '.join(map(str, words))
    file = os.open(FILE, os.O_WRONLY)
    try:
        os.write(file, line.encode())
    except OSError as error:
        die(f'{line}: {error.strerror}')
    finally:
        os.close(file)


def answer():
    with open(FILE, encoding='ascii') as file:
        return [int(word) for word in file.read().split()]


def measure(sequence, batches):
    """What one packet, or one connection, costs."""
    tell('measure', sequence, batches)
    return answer()[0] / BATCH


def attach():
    run('ip', 'link', 'add', OURS, 'type', 'veth', 'peer', 'name', NFT)
    run('tsrewrite', 'attach', OURS)
    run('tsrewrite', 'on')


def config(*words):
    run('tsrewrite', 'config', 'set', *map(str, words))


def live_flows():
    return json.loads(run('tsrewrite', '-j', 'config'))['flows']


def write_json(name, content):
    path = os.path.join(os.environ.get('VM_OUT', '.'), name)
    with open(path, 'w', encoding='ascii') as file:
        json.dump(content, file, indent=1)
