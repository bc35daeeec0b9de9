"""The small changes that mutation testing makes: comparisons, arithmetic, logic, numbers, returns, statements left out.

Texts, annotations and decorators are left alone, and so is `return` of a false constant: as `return None` only the
type checker could tell it apart, and it does.
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
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


class Mutant(NamedTuple):
    """`key` names it by place and text, never by line, so that a change elsewhere leaves it alone."""

    key: str
    path: Path
    tree: ast.Module
    node: ast.AST
    new: ast.AST
    place: str
    """The module, class and function that it is in."""
    in_body: bool
    """In the body of a function, so that nothing else was made from it on import."""

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
    elif isinstance(node, ast.Constant) and isinstance(value := node.value, bool | int | float):
        if (other := not value if isinstance(value, bool) else value + 1) != value:
            yield _with(node, value=other)
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and isinstance(
        node.test, ast.Name | ast.Attribute | ast.Call
    ):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    yield from _statements(node)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and node.value is not None and not _false(node.value):
        yield _with(node, value=ast.Constant(None))
    plain = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    stored = isinstance(node, ast.Assign) and not any(isinstance(t, ast.Name) for t in node.targets)
    onward = isinstance(node, ast.Continue | ast.Break | ast.Raise | ast.AugAssign | ast.Delete)
    if plain or stored or onward or (isinstance(node, ast.Return) and node.value is None):
        yield ast.Pass()


def _false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _with(node: ast.AST, **changed: Any) -> ast.AST:
    new = copy.copy(node)
    for name, value in changed.items():
        setattr(new, name, value)
    return new


def mutants(path: Path) -> Iterator[Mutant]:
    """All mutants of one module, in the order of the source."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    seen = Counter[str]()
    for node, above, place, in_body in _nodes(tree, (), path.stem, in_body=False):
        shown = _shown(node, above)
        for new in variants(node):
            text = f"{place}: {_head(shown)}  =>  {_head(_replaced(shown, node, new))}"
            seen[text] += 1
            yield Mutant(text if seen[text] == 1 else f"{text}  #{seen[text]}", path, tree, node, new, place, in_body)


def _nodes(
    node: ast.AST, above: tuple[ast.AST, ...], place: str, *, in_body: bool
) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...], str, bool]]:
    """Every node with what it stands in; not annotations, nor what decorators are told (`frozen`, `slots`)."""
    yield node, above, place, in_body
    named = isinstance(node, FUNCTION | ast.ClassDef)
    inner = f"{place}.{node.name}" if isinstance(node, FUNCTION | ast.ClassDef) else place
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        body = in_body or (isinstance(node, FUNCTION) and field == "body")
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _nodes(child, (*above, node), inner if named else place, in_body=body)


def _shown(node: ast.AST, above: tuple[ast.AST, ...]) -> ast.AST:
    """What the key tells: the node, or for a mere constant what it stands in."""
    if not isinstance(node, ast.Constant):
        return node
    return next(a for a in reversed(above) if isinstance(a, ast.expr | ast.stmt) and not isinstance(a, ast.Constant))


def _replaced(tree: Any, node: ast.AST, new: ast.AST) -> Any:
    if tree is node:
        return new
    if isinstance(tree, list):
        return [_replaced(part, node, new) for part in tree]
    if isinstance(tree, ast.AST):
        return _with(tree, **{name: _replaced(value, node, new) for name, value in ast.iter_fields(tree)})
    return tree


def _head(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split("\n")[0]
