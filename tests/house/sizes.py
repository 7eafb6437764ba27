"""Sizes of files and functions: what is red, and the medians that are printed and not judged."""

import ast
import re
from statistics import median, quantiles

from tests.house.tree import Tree, dotted, functions

FILE, FUNCTION, PAGE, HOOK, COLUMNS = 400, 50, 25, 10, 35
JUNK = re.compile(r"_?(utils?|helpers?|common|misc|managers?|handlers?|base)")
ROUTE = re.compile(r"\.(route|get|post|put|patch|delete)$")


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function from `def` to its end, without its docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None and len(node.body) > 1:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def is_page(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a function answers a route."""
    return any(ROUTE.search(dotted(decorator)) for decorator in node.decorator_list)


def limit(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines this function may have."""
    if any(dotted(decorator).split(".")[-1] == "hookimpl" for decorator in node.decorator_list):
        return HOOK
    return PAGE if is_page(node) else FUNCTION


def long_files(tree: Tree) -> list[str]:
    """Name every source file that is too long."""
    return [
        f"{path}: {lines} lines, at most {FILE}: split it by noun"
        for path in tree.files(".py", ".js", ".css", ".html", ".sh")
        if (lines := tree.text(path).count("\n")) > FILE
    ]


def long_functions(tree: Tree) -> list[str]:
    """Name every function that is too long; the list of columns in a migration is data and is not counted."""
    return [
        f"{module.place}:{node.lineno}: {node.name} has {length(node)} lines, at most {limit(node)}"
        for module in tree.modules
        if "versions" not in module.path.parts
        for node in functions(module)
        if length(node) > limit(node)
    ]


def junk_names(tree: Tree) -> list[str]:
    """Name every file or folder that is called after a drawer instead of a noun of the trade."""
    return [
        f"{path}: a junk-drawer name; give it a noun of the trade"
        for path in tree.files(".py", ".js", ".css", ".html", ".sh")
        if any(JUNK.fullmatch(part.partition(".")[0]) for part in path.parts)
    ]


def wide_deal(tree: Tree) -> list[str]:
    """Name the deal when it has too many columns or methods."""
    found = []
    for module in tree.packages:
        if not module.within("core/dealwright/deals/models.py"):
            continue
        for node in module.nodes:
            if isinstance(node, ast.ClassDef) and node.name == "Deal":
                columns = sum(isinstance(part, ast.AnnAssign) for part in node.body)
                methods = sum(isinstance(part, ast.FunctionDef) and not part.name.startswith("_") for part in node.body)
                found += [f"{module.place}: Deal has {n} {what}" for n, what in ((columns, "columns"), (methods, "methods")) if n > COLUMNS]
    return found


def report(tree: Tree) -> list[str]:
    """Return the medians, the 95th percentiles and the five biggest files and functions."""
    files = [(module.text.count("\n"), module.place) for module in tree.packages]
    found = [(length(node), f"{module.place}:{node.name}") for module in tree.packages for node in functions(module)]
    lines = []
    for what, sizes in (("files", files), ("functions", found)):
        numbers = [size for size, _ in sizes]
        if len(numbers) < 2:
            continue
        p95 = quantiles(numbers, n=20)[-1]
        lines.append(f"{len(numbers)} {what}: median {median(numbers):.0f} lines, p95 {p95:.0f}; the biggest:")
        lines += [f"  {size:4} {name}" for size, name in sorted(sizes, reverse=True)[:5]]
    return lines


if __name__ == "__main__":
    print("\n".join(report(Tree())))
