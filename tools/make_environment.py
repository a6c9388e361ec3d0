"""Make .venv for this project, or say in one sentence what the machine lacks. Used by the Makefile; standard library only."""

import subprocess
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
    sys.exit("xinzhi 需要 Python 3.11 或更新版本 / needs Python 3.11 or newer; this is " + sys.version.split()[0])
done = subprocess.run([sys.executable, "-m", "venv", "--clear", ".venv"], capture_output=True, text=True, check=False)
if done.returncode:
    sys.exit(
        "无法创建虚拟环境; Debian/Ubuntu 请先运行 apt-get install python3-venv / cannot create a virtual environment; "
        "on Debian or Ubuntu run apt-get install python3-venv first\n" + done.stdout + done.stderr
    )
