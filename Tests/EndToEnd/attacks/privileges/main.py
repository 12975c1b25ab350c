import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def attempt(name, result):
    print("refused" if result else "BREACH", name)


attempt("setuid", libc.setuid(0))
attempt("unshare user", libc.unshare(0x10000000))
attempt("unshare mount", libc.unshare(0x20000))
attempt("setns", libc.setns(os.open("/proc/self/ns/mnt", os.O_RDONLY), 0))
attempt("mount", libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
attempt("chroot", libc.chroot(b"/tmp"))
attempt("mknod", libc.mknod(b"/tmp/grapnel-leftover", 0o20666, 0x103))
attempt("keyring", libc.syscall(ctypes.c_long(250), 0, -3, 0, 0, 0) + 1 == 0)
attempt("ptrace", libc.ptrace(0, 0, None, None) + 1 == 0)
attempt("dumpable init", not os.access("/proc/1/mem", os.R_OK))
