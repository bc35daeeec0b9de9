"""The small changes that mutation testing makes: comparisons, arithmetic, logic, numbers, returns, statements left out.

Texts, annotations and decorators are left alone.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

OPPOSITE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}


class Mutant(NamedTuple):
    key: str
    path: Path
    tree: ast.Module
    node: ast.AST
    new: ast.AST

    def lines(self) -> range:
        first = int(getattr(self.node, "lineno", 1))
        return range(first, int(getattr(self.node, "end_lineno", first)) + 1)


def variants(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for op in OPPOSITE[type(node.ops[0])]:
            yield _with(node, ops=[op()])
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OTHER:
        yield _with(node, op=OTHER[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for left_out in range(len(node.values)):
            rest = [v for n, v in enumerate(node.values) if n != left_out]
            yield rest[0] if len(rest) == 1 else _with(node, values=rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (bool, int, float):
        yield _with(node, value=not node.value if type(node.value) is bool else node.value + 1)
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and isinstance(
        node.test, ast.Name | ast.Attribute | ast.Call
    ):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    yield from _statements(node)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield _with(node, value=ast.Constant(None))
    plain = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    stored = isinstance(node, ast.Assign) and not any(isinstance(t, ast.Name) for t in node.targets)
    onward = isinstance(node, ast.Continue | ast.Break | ast.Raise | ast.AugAssign | ast.Delete)
    if plain or stored or onward or (isinstance(node, ast.Return) and node.value is None):
        yield ast.Pass()


def _with(node: ast.AST, **changed: Any) -> ast.AST:
    new = copy.copy(node)
    for name, value in changed.items():
        setattr(new, name, value)
    return new


def _no_behaviour(tree: ast.AST) -> set[ast.AST]:
    """Annotations, and what decorators are told (`frozen`, `slots`)."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        of = [getattr(node, "annotation", None), getattr(node, "returns", None), *getattr(node, "decorator_list", ())]
        found.update(inner for part in of if part is not None for inner in ast.walk(part))
    return found


def mutants(path: Path) -> Iterator[Mutant]:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    skipped, seen = _no_behaviour(tree), Counter[str]()
    for scope in [*tree.body]:
        for node in ast.walk(scope):
            if node in skipped:
                continue
            for new in variants(node):
                text = f"{path.stem}.{getattr(scope, 'name', '')}: {_head(node)}  =>  {_head(new)}"
                seen[text] += 1
                yield Mutant(text if seen[text] == 1 else f"{text}  #{seen[text]}", path, tree, node, new)


def _head(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split("\n")[0]
