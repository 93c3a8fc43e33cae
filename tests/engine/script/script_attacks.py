"""The attacks of the design sketch: bombs and escapes, as bodies of scripts with (msg, metadata, msgType)."""

BOMBS: dict[str, str] = {
    "while True": """
while True:
    pass
""",
    "while True try/except": """
while True:
    try:
        while True:
            x = 1
    except Exception:
        pass
""",
    "while True try/except/continue": """
def f():
    try:
        while True:
            pass
    except:
        return f()
return f()
""",
    "nested comprehension": "return len([1 for a in range(10**4) for b in range(10**4) for c in range(10**4)])",
    "genexpr sum": "return sum(x*y for x in range(10**6) for y in range(10**6))",
    "range 10**12 loop": """
for i in range(10**12):
    pass
""",
    "list(range(10**10))": "return list(range(10**10))",
    "sum(range(10**11))": "return sum(range(10**11))",
    "in range float": "return 1.5 in range(10**11)",
    "recursion": """
def f(n):
    return f(n+1)
return f(0)
""",
    "exponential recursion": """
def f(n):
    return f(n-1)+f(n-1) if n > 0 else 1
return f(60)
""",
    "recursion swallowed": """
def f(n):
    try:
        f(n+1)
    except Exception:
        pass
    try:
        f(n+1)
    except Exception:
        pass
return f(0)
""",
    "lambda Y loop": """
f = lambda g, n: g(g, n+1)
return f(f, 0)
""",
    "list grows while iterated": """
l = [1]
for x in l:
    l.append(x)
return len(l)
""",
    "sorted key bomb": """
def k(x):
    while True:
        pass
return sorted([3,2,1], key=k)
""",
    "sort nested DAG": """
a = [1]
b = [1]
for i in range(60):
    a = [a, a]
    b = [b, b]
return sorted([a, b])
""",
    "== DAG": """
a = [1]
b = [1]
for i in range(60):
    a = [a, a]
    b = [b, b]
return a == b
""",
    "in DAG": """
a = [1]
b = [1]
for i in range(60):
    a = [a, a]
    b = [b, b]
return a in [b]
""",
    "hash tuple DAG": """
t = (1, 2)
for i in range(60):
    t = (t, t)
d = {}
d[t] = 1
return 1
""",
    "hash via items": """
t = "a"
for i in range(60):
    d = {t: t}
    t = [x for x in d.items()][0]
return 1
""",
    "hash via enumerate": """
t = "a"
for i in range(60):
    t = list(zip([t], [t]))[0]
    d = {t: 1}
return 1
""",
    "max DAG": """
a = [1]
b = [1]
for i in range(60):
    a = [a, a]
    b = [b, b]
return max([a, b, a])
""",
    "list.index DAG": """
a = [1]
b = [1]
for i in range(60):
    a = [a, a]
    b = [b, b]
return [a].index(b)
""",
    "list.count DAG": """
a = [1]
b = [1]
for i in range(60):
    a = [a, a]
    b = [b, b]
return [a].count(b)
""",
    "list.remove DAG": """
a = [1]
b = [1]
for i in range(60):
    a = [a, a]
    b = [b, b]
l = [a]
l.remove(b)
return 1
""",
    "in big list x loop": """
l = list(range(90000))
n = 0
for i in range(90000):
    if -i in l:
        n += 1
return n
""",
    "upper on big string loop": """
s = "a" * 200000
for i in range(50000):
    s = s.lower()
return 1
""",
    "find loop": """
s = "a" * 200000
n = 0
for i in range(50000):
    n += s.find("b")
return n
""",
    "quadratic find": """
s = ("a" * 1000 + "b") * 200
p = "a" * 999 + "c"
n = 0
for i in range(100000):
    n += s.find(p)
return n
""",
    "slice loop": """
l = list(range(90000))
for i in range(100000):
    x = l[1:]
return 1
""",
    "insert(0) loop": """
l = []
for i in range(90000):
    l.insert(0, i)
return len(l)
""",
    "int huge str": 'return int("9" * 100000)',
    "int huge hex": """
x = int("f" * 200000, 16)
for i in range(90000):
    x = x + 1
return 1
""",
    "int hex mod loop": """
x = int("f" * 200000, 16)
y = int("e" * 100000, 16)
for i in range(90000):
    z = x % y
return 1
""",
    "int hex floordiv": """
x = int("f" * 250000, 16)
y = int("e" * 120000, 16)
for i in range(90000):
    z = x // y
return 1
""",
    "big int str": """
x = 3 ** 2500
for i in range(90000):
    s = str(x)
return 1
""",
    "round huge": "return round(10 ** 400, -300)",
    "divmod": """
x = int("f" * 250000, 16)
for i in range(90000):
    z = divmod(x, 12345678901234567)
return 1
""",
    "int hash collisions": """
d = {}
k = 0
for i in range(90000):
    k += 2305843009213693951
    d[k] = 1
return len(d)
""",
    "int hash collisions comp": "return len({i * 2305843009213693951: 1 for i in range(90000)})",
    "int hash collisions set": """
s = set()
k = 0
for i in range(90000):
    k += 2305843009213693951
    s.add(k)
return len(s)
""",
    "float hash collisions": """
d = {}
for i in range(17):
    for j in range(5000):
        d[(2.0 ** (61 * i)) * j] = 1
return len(d)
""",
    "set union collisions": "return len(set([i * 2305843009213693951 for i in range(90000)]))",
    "'a'*10**10": "return 'a' * 10**10",
    "[0]*10**9": "return [0] * 10**9",
    "10**10**8": "return 10 ** 10 ** 8",
    "1<<10**10": "return 1 << 10**10",
    "int square loop": """
x = 2
while True:
    x = x * x
""",
    "str doubling": """
s = "a"
while True:
    s = s + s
""",
    "str doubling aug": """
s = "a"
while True:
    s += s
""",
    "straight-line doubling": "s = 'a' * 1000\n" + "s = s + s\n" * 40 + "return len(s)",
    "list doubling": """
s = [1]
while True:
    s = s + s
""",
    "list extend self": """
s = [1]
while True:
    s.extend(s)
""",
    "list append loop": """
l = []
while True:
    l.append("x")
""",
    "append big strings": """
l = []
while True:
    l.append("x" * 100000)
""",
    "append upper copies": """
s = "ab" * 100000
l = []
while True:
    l.append(s.upper())
""",
    "dict growth": """
d = {}
i = 0
while True:
    d[i] = i
    i += 1
""",
    "dict of lists": """
d = {}
for i in range(99999):
    d[i] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
return len(d)
""",
    "str.join huge": 'return ("a" * 200000).join(["b"] * 90000)',
    "replace blowup": 'return ("a" * 200000).replace("a", "b" * 200000)',
    "replace empty": 'return ("a" * 200000).replace("", "b" * 100000)',
    "ljust": 'return "a".ljust(10**10)',
    "zfill": 'return "1".zfill(10**10)',
    "format %": 'return "%10000000000d" % 1',
    "format %*d": 'return "%*d" % (10**10, 1)',
    "f-string width": 'return f"{1:10000000000}"',
    "f-string nested width": """
w = 10**10
return f"{1:{w}}"
""",
    "f-string precision": 'return f"{1.5:.1000000000f}"',
    "str.format": 'return "{:10000000000}".format(1)',
    "format_map": 'return "{a.__class__}".format_map({"a": 1})',
    "str of DAG": """
a = [1]
for i in range(60):
    a = [a, a]
return str(a)
""",
    "f-string of DAG": """
a = [1]
for i in range(60):
    a = [a, a]
return f"{a}"
""",
    "% of DAG": """
a = [1]
for i in range(60):
    a = [a, a]
return "%s" % a
""",
    "exc with DAG": """
a = [1]
for i in range(60):
    a = [a, a]
try:
    raise ValueError(a)
except ValueError as e:
    return str(e)
""",
    "KeyError repr DAG": """
a = [1]
for i in range(60):
    a = [a, a]
raise ValueError(a)
""",
    "returned DAG": """
a = [1]
for i in range(60):
    a = [a, a]
return a
""",
    "self reference": """
a = []
a.append(a)
return a
""",
    "bytes(10**10)": "return bytes(10**10)",
    "expandtabs": 'return ("\\t" * 100000).expandtabs(100000)',
    "split blowup": 'return len([x for i in range(100) for x in ("a " * 100000).split()])',
    "encode loop": """
l = []
while True:
    l.append(("é" * 100000).encode())
""",
    "list comp strings": "return [str(i) * 1000 for i in range(99999)]",
    "chr unicode": "return (chr(0x10ffff) * 200000).upper().encode()",
    "set growth": """
s = set()
while True:
    s.add(len(s))
""",
    "dict | doubling": """
d = {1: 1}
i = 0
while True:
    i += 1
    d = d | {i: i}
""",
    "ß upper": 'return ("ß" * 250000).upper()',
    "huge repeat neg": "return [1] * -5",
    "zip blow": """
x = list(range(90000))
return len(list(zip(x, x, x, x, x, x, x, x, x, x)))
""",
    "map lazily": "return list(map(lambda x: x * 2, range(10**9)))",
    "enumerate start big": "return list(enumerate([1, 2], 10**300))[0]",
    "lambda default dag": """
f = lambda x=[1]*10**8: x
return f()
""",
    "compile-time: deep nesting": "x = " + "(" * 150 + "1" + ")" * 150 + "\nreturn x",
    "compile-time: huge expr": "x = " + "+".join(["1"] * 20000) + "\nreturn x",
    "compile-time: long unary": "x = " + "-" * 20000 + "1\nreturn x",
    "compile-time const fold": 'return "a" * 4000 * 4000',
    "const fold pow": "return 2 ** 1000000",
    "comp iterable concat": """
a = [1]
for i in range(60):
    a = [x for x in a + a]
return len(a)
""",
}

ESCAPES: dict[str, str] = {
    "__class__ walk": "return ().__class__.__base__.__subclasses__()",
    "getattr builtin": 'return getattr(msg, "__class__")',
    "str.format attr (CVE-2023-41039)": 'return "{0.__class__}".format(msg)',
    "str.format via type": 'return str.format("{0.__class__}", msg)',
    "format_map": 'return "{a.__class__}".format_map({"a": msg})',
    "string.Formatter (CVE-2026-76825/2021-32811)": """
import string
return string.Formatter().format("{0.__class__}", msg)
""",
    "gi_frame (CVE-2023-37271)": """
g = (x for x in [1])
return g.gi_frame.f_back.f_globals
""",
    "generator frame via throw": """
def g():
    yield
return g().gi_frame
""",
    "tb_frame": """
try:
    1/0
except Exception as e:
    return e.__traceback__.tb_frame
""",
    "AttributeError.obj (CVE-2024-47532)": """
try:
    return msg.foo
except AttributeError as e:
    return e.obj
""",
    "try/except* (CVE-2025-22153)": """
try:
    pass
except* Exception as e:
    pass
""",
    "posonly shadow guard (CVE-2026-55830)": """
def f(_mul_, /):
    return 1
return f(1)
""",
    "posonly getattr": """
def f(_getattr_, /):
    return msg.x
return f(1)
""",
    "walrus shadow": "return (_mul_ := 1)",
    "for target shadow": """
for _mul_ in [1]:
    pass
""",
    "except as shadow": """
try:
    1/0
except Exception as _mul_:
    pass
""",
    "lambda arg shadow": "return (lambda _chk_: 1)(1)",
    "function named _chk_": """
def _chk_(x):
    return x
return 1
""",
    "import": """
import os
return os.system("id")
""",
    "__import__": 'return __import__("os")',
    "__builtins__": "return __builtins__",
    "match class pattern": """
match msg:
    case dict(__class__=c):
        return c
""",
    "match any": """
match 1:
    case x:
        return x
""",
    "class def": """
class A:
    pass
return A
""",
    "metaclass": """
class A(metaclass=type):
    pass
""",
    "decorator": """
@eval
def f():
    pass
""",
    "async gen": """
async def f():
    yield 1
return f().ag_frame
""",
    "await": """
async def f():
    await f()
""",
    "yield": """
def f():
    yield 1
return f()
""",
    "global": """
global convert
convert = 1
""",
    "nonlocal": """
x = 1
def f():
    nonlocal x
    x = 2
f()
""",
    "star args": "return max(*[1, 2])",
    "kwargs": 'return dict(**{"a": 1})',
    "del builtin": "del len",
    "set attr": "msg.x = 1",
    "del attr": "del msg.x",
    "aug attr": "msg.x += 1",
    "type()": "return type(msg)",
    "isinstance trick": "return isinstance(msg, type)",
    "f-string attr": 'return f"{msg.__class__}"',
    "f-string !r": 'return f"{msg!r:{len}}"',
    "method as value": """
f = "a".join
return f(["b"])
""",
    "method ref via namespace": "return math.__dict__",
    "math attr value": """
m = math
return m
""",
    "dunder in keyword": "return dict(__class__=1)",
    "unpack guard": "(a, (b, c)) = msg",
    "print": "print(1)",
    "printed": "return printed",
    "lazy import / future": "from __future__ import annotations",
    "annotations": 'x: __import__("os") = 1',
    "arg annotation": """
def f(x: open("/etc/passwd")):
    return 1
return f(1)
""",
    "default arg": """
def f(x=__import__("os")):
    return x
return f()
""",
    "return annotation": """
def f() -> __import__("os"):
    return 1
return f()
""",
    "t-string": 'return t"{msg}"',
    "ellipsis": "return ...",
    "complex": "return 1j",
    "matmul": "return msg @ msg",
    "_tmp access": "return _tmp0",
    "__name__": "return __name__",
    "__debug__": "return __debug__",
    "len shadow then use": """
len = lambda x: 5
return len([])
""",
    "min shadow": """
min = lambda a, b: a * 10**9
return min("a", 1)
""",
    "int shadow type": """
int = lambda x: x
return "a" * int(5)
""",
    "str shadow": """
str = lambda x: [x] * 100
return str(1)
""",
    "numcalls shadow: len returns str": """
len = lambda x: "a" * 1000
x = len([])
for i in range(40):
    x = len([]) + len([])
return 1
""",
    "shadow float returns str": """
float = lambda x: "ab"
return float(1) * 10**9
""",
    "isinstance shadow leaks type": """
isinstance = lambda a, t: t
return isinstance(1, bytes)(10**10)
""",
}
