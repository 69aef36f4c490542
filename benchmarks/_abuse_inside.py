"""Cases that tell from inside whether they got through: a script that prints LEAK then, and `tried` at its end."""

from collections.abc import Iterator

from benchmarks._abuse_field import SECRET, Case, Field

SHELL = {
    "files of the host": "cat /etc/shadow SECRET /proc/1/root/SECRET /proc/*/root/SECRET && echo LEAK",
    "home folders, sockets, boot": "for d in /root /home /boot /sys /srv /mnt /var/lib /run/* /opt; do"
    " [ -e $d ] && echo LEAK $d; done",
    "the environment of the host": "cat /proc/*/environ | tr '\\0' '\\n' | grep -E 'PLANTED|SSH_|VIRTUAL_ENV' && echo LEAK",
    "command lines of the host": "cat /proc/*/cmdline | tr '\\0' ' ' | grep -E 'pytes[t]|benchmarks.abus[e]' && echo LEAK",
    "paths and names on process 1": "tr '\\0' '\\n' < /proc/1/cmdline | grep -E -e '--[b]ind|/[w]orkspace$' && echo LEAK",
    "kernel command line, symbols, keys": "cat /proc/cmdline /proc/kallsyms /proc/keys /proc/timer_list | grep . && echo LEAK",
    "kernel log": "dmesg | grep . && echo LEAK; cat /dev/kmsg && echo LEAK",
    "writing to the system": "for f in /x /usr/x /usr/bin/x /etc/x /etc/passwd /dev/x /run/x /var/x /lib/x /workspace/../x;"
    " do (echo x > $f) && echo LEAK $f; done",
    "remounting the system": "mount -o remount,rw /usr && echo LEAK; mount -t tmpfs x /tmp && echo LEAK;"
    " umount /workspace && echo LEAK",
    "device nodes": "mknod d b 254 0 && echo LEAK; mknod /tmp/d c 1 1 && echo LEAK; ls /dev | grep -E"
    " '^(sd|vd|nvme|loop|mem|kvm|fuse|tun)' && echo LEAK",
    "user namespaces": "unshare -U true && echo LEAK; unshare -n true && echo LEAK",
    "a setuid program": "cp /bin/bash s && chmod 6755 s && [ $(./s -p -c 'id -u') = 0 ] && echo LEAK",
    "capabilities": "grep -E 'Cap(Eff|Prm|Bnd|Amb):' /proc/self/status | grep -v 0000000000000000 && echo LEAK;"
    " grep -q 'NoNewPrivs:.1' /proc/self/status || echo LEAK",
    "settings of the kernel": "for f in kernel/hostname kernel/core_pattern vm/drop_caches kernel/panic net/ipv4/ip_forward; do"
    " (echo 1 > /proc/sys/$f) && echo LEAK $f; done; (echo b > /proc/sysrq-trigger) && echo LEAK",
    "a shield from the memory killer": "(echo -900 > /proc/self/oom_score_adj) && echo LEAK",
    "control groups": "for g in $(find /sys /run -name cgroup.procs); do (echo $$ > $g) && echo LEAK; done",
    "hostname and clock": "hostname x && echo LEAK; date -s 2001-01-01 >/dev/null && echo LEAK",
    "raising its own limits": "ulimit -n 100000 && echo LEAK; ulimit -u 100000 && echo LEAK;"
    " ulimit -f unlimited && echo LEAK",
    "priority": "nice -n -10 true 2>&1 | grep -q . || echo LEAK; chrt -f 50 true && echo LEAK",
    "network interfaces": "[ $(grep -c : /proc/net/dev) = 1 ] || echo LEAK; [ $(wc -l < /proc/net/route) -le 1 ] || echo LEAK",
    "the git configuration of the host": "git config --system --list | grep -iE 'token|credential|url' && echo LEAK",
}  # fmt: skip

PYTHON = {
    "secrets in the memory of process 1": """
try: rows = [line.split()[:2] for line in open('/proc/1/maps')]
except OSError: rows = []
for span, mode in rows:
    if mode.startswith('rw'):
        begin, end = (int(word, 16) for word in span.split('-'))
        try:
            with open('/proc/1/mem', 'rb') as memory: memory.seek(begin); block = memory.read(end - begin)
        except (OSError, OverflowError, ValueError): continue
        if b'of-the' + b'-host' in block or b'PLAN' + b'TED' in block: print('LEAK', span)
if b'PLAN' + b'TED' in open('/proc/1/environ', 'rb').read(): print('LEAK')""",
    "descriptors of the host": """
import os
for pid in ('self', '1'):
    for n in range(256):
        try: kind = os.readlink(f'/proc/{pid}/fd/{n}')
        except OSError: continue
        if not kind.startswith(('/dev/null', 'pipe:', 'anon_inode:[eventfd]')): print('LEAK', pid, n, kind)""",
    "families of sockets": """
import socket
for family in (17, 40, 38, 31, 29, 44):
    for kind in (1, 2, 3, 5):
        try: socket.socket(family, kind); print('LEAK', family)
        except OSError: pass""",
    "system calls": """
import ctypes, platform
c = ctypes.CDLL(None, use_errno=True)
calls = dict(ptrace=101, mount=165, keyctl=250, add_key=248, io_uring=425, bpf=321, perf=298, userfaultfd=323, chroot=161,
  setns=308, init_module=175, reboot=169, personality=135, process_vm_readv=310, clone3=435, open_tree=428, fsopen=430,
  swapon=167, kexec=246, quotactl=179, acct=163, iopl=172, kcmp=312, pidfd_getfd=438, move_mount=429, handle=303, syslog=103)
arguments = dict(keyctl=(0, -3, 0), personality=(0x40000,), syslog=(3, ctypes.create_string_buffer(99), 99))
if platform.machine() == 'x86_64':
    for name, number in calls.items():
        if c.syscall(number, *arguments.get(name, (0, 0, 0, 0, 0))) >= 0: print('LEAK', name)
    for flag in (0x10000000, 0x20000000, 0x40000000, 0x00020000):
        if c.syscall(272, flag) >= 0: print('LEAK unshare', flag)
    if c.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) >= 0: print('LEAK clone')""",
    "terminal injection": """
import fcntl, os, pty
_, slave = pty.openpty()
for request in (0x5412, 0x541C):
    try: fcntl.ioctl(slave, request, b'x'); print('LEAK', request)
    except OSError: pass
try: os.open('/dev/tty', os.O_RDWR); print('LEAK tty')
except OSError: pass""",
    "another user id": """
import os
for call in (lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgroups([0]), lambda: os.setgid(0)):
    try: call(); print('LEAK')
    except OSError: pass""",
    "the way up by descriptors": """
import os
fd = os.open('/', os.O_RDONLY)
for _ in range(40): os.fchdir(fd); os.chdir('..')
if os.path.exists('./etc/shadow') or os.path.exists('.' + 'SECRET'): print('LEAK')""",
    "raw packets and redirected routes": """
import socket
try: socket.socket(2, 3, 1); print('LEAK raw')
except OSError: pass
s = socket.socket(16, 3, 0); s.bind((0, 0))
s.send(b'\\x20\\x00\\x00\\x00\\x10\\x00\\x05\\x06\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00' + b'\\x00' * 16)
if s.recv(4096)[16:20] == b'\\x00' * 4: print('LEAK netlink')""",
    "real-time scheduling": """
import os
try: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10)); print('LEAK')
except OSError: pass""",
}


def cases() -> Iterator[Case]:
    for name, script in SHELL.items():
        yield Case(name, _tried(script, shell=True))
    for name, script in PYTHON.items():
        yield Case(name, _tried(script, shell=False))


def _tried(script: str, *, shell: bool):
    async def contained(ground: Field) -> bool:
        text = script.replace("SECRET", str(ground.secret))
        result = await (ground.sh(f"exec 2>/dev/null\n{text}\necho tried") if shell else ground.py(f"{text}\nprint('tried')"))
        return (
            result.reason == "exit"
            and result.text.endswith("tried\n")
            and "LEAK" not in result.text
            and SECRET not in result.text
        )

    return contained
