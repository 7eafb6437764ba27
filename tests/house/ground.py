"""Rules of the ground: who commits, who queries, what time it is, what money is made of, who listens to signals."""

import ast
import re
import tomllib

from tests.house.tree import Module, Tree, dotted, text_of

KERNEL = "core/dealwright/kernel"
MONEY = (
    f"{KERNEL}/money.py",
    "core/dealwright/catalogue",
    "core/dealwright/currencies",
    "core/dealwright/deals",
    "core/dealwright/quotes",
    "plugins/inventory_costing",
    "plugins/shop_bridge",
)
CLOCKS = re.compile(r"(^|\.)(datetime\.(now|utcnow|today|utcfromtimestamp)|date\.today|time\.time|func\.(now|current_timestamp))$")
TRANSACTION = re.compile(r"\s*(commit|rollback|begin|savepoint|set\s+role|set\s+search_path)\b", re.IGNORECASE)


def _at(module: Module, node: ast.expr | ast.stmt, what: str) -> str:
    return f"{module.place}:{node.lineno}: {what}"


def commits(tree: Tree) -> list[str]:
    """Name every commit outside kernel/db.py, also those written as SQL."""
    found = []
    for module in tree.packages:
        if module.within(f"{KERNEL}/db.py"):
            continue
        found += [_at(module, call, "commit(): only kernel/db.py commits") for call in module.calls if dotted(call).endswith(".commit")]
        if not module.within(KERNEL):
            found += [
                _at(module, call, f"{text!r}: only the kernel speaks of transactions")
                for call in module.calls
                if re.search(r"(^|\.)(text|execute|exec_driver_sql)$", dotted(call)) and call.args
                if (text := text_of(call.args[0])) and TRANSACTION.match(text)
            ]
    return found


def bypassed_transactions(tree: Tree) -> list[str]:
    """Name every raw connection, AUTOCOMMIT and engine of one's own outside the kernel: they skip role and search path."""
    found = []
    for module in tree.packages:
        if module.within(KERNEL):
            continue
        for node in module.nodes:
            if isinstance(node, ast.Attribute) and node.attr == "raw_connection":
                found.append(_at(module, node, "raw_connection: only the kernel opens connections"))
            elif isinstance(node, ast.Constant) and node.value == "AUTOCOMMIT":
                found.append(_at(module, node, "AUTOCOMMIT: only the kernel opens connections"))
            elif isinstance(node, ast.Call) and dotted(node).split(".")[-1] == "create_engine":
                found.append(_at(module, node, "create_engine: only the kernel opens connections"))
    return found


def unversioned_updates(tree: Tree) -> list[str]:
    """Name every Core update of a mapped table: the version does not count up by it."""
    return [
        _at(module, call, "an update through __table__ does not raise the version; update the class")
        for module in tree.packages
        for call in module.calls
        if (dotted(call).split(".")[-1] == "update" and call.args and dotted(call.args[0]).endswith(".__table__"))
        or dotted(call).endswith(".__table__.update")
    ]


def foreign_clocks(tree: Tree) -> list[str]:
    """Name every other clock than kernel/clock.py, which tests and the demonstration can hold still."""
    return [
        _at(module, call, f"{dotted(call)}(): ask kernel.clock")
        for module in tree.packages
        if not module.within(f"{KERNEL}/clock.py")
        for call in module.calls
        if CLOCKS.search(dotted(call))
    ]


def float_money(tree: Tree) -> list[str]:
    """Name every float where money and quantities are counted, and every column that would store them inexactly."""
    found = []
    for module in tree.packages:
        found += [
            f"{module.place}:{line}: {name}: amounts are kernel.db.Amount, UnitAmount or Quantity"
            for line, name in module.imports
            if re.fullmatch(r"sqlalchemy(\.types)?\.(Float|REAL|Double|Numeric|DECIMAL)", name)
        ]
        if not module.within(*MONEY):
            continue
        for node in module.nodes:
            if isinstance(node, ast.Name) and node.id == "float":
                found.append(_at(module, node, "float: money is Decimal"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, float):
                found.append(_at(module, node, f"{node.value}: money is Decimal, in quotation marks"))
            elif isinstance(node, ast.Call) and dotted(node) == "json.loads" and "parse_float" not in {word.arg for word in node.keywords}:
                found.append(_at(module, node, "json.loads without parse_float=Decimal"))
    return found


def querying_pages(tree: Tree) -> list[str]:
    """Name every page that queries: pages call verbs and queries, which stand floors below."""
    found = []
    for module in tree.packages:
        if not (module.within("core/dealwright/web", "core/dealwright/api") or re.fullmatch(r"plugins/\w+/\w+/pages\.py", module.place)):
            continue
        found += [
            f"{module.place}:{line}: {name}: pages do not query"
            for line, name in module.imports
            if name.startswith("sqlalchemy") and not name.startswith("sqlalchemy.exc") and name != "sqlalchemy.orm.Session"
        ]
        found += [
            _at(module, call, f"{dotted(call)}(): pages do not query")
            for call in module.calls
            if re.search(r"(^|\.)(s\.(get|delete)|(s|session)\.(execute|scalars?|query|add|flush))$", dotted(call))
        ]
    return found


def listeners(tree: Tree) -> list[str]:
    """Name every listener to a signal outside notifications and activities, and every weak one."""
    found = []
    for module in tree.packages:
        signals = {name.rsplit(".", 1)[-1] for _, name in module.imports if ".signals." in name or name.endswith(".signals")}
        for call in module.calls:
            who, _, verb = dotted(call).rpartition(".")
            if verb not in {"connect", "connect_via"} or who.split(".")[0] not in signals:
                continue
            if not module.within("core/dealwright/notifications", "core/dealwright/activities"):
                found.append(_at(module, call, f"{dotted(call)}: only notifications and activities listen"))
            elif not any(word.arg == "weak" for word in call.keywords):
                found.append(_at(module, call, f"{dotted(call)}: weak=False, or the listener is collected"))
    return found


def plugin_shape(tree: Tree) -> list[str]:
    """Name every hook outside plugin.py, everything else inside it, and every name of a plugin that is not the one name."""
    found = []
    for module in tree.packages:
        if module.path.parts[0] != "plugins":
            continue
        name = module.path.parts[1]
        door = module.place == f"plugins/{name}/dealwright_{name}/plugin.py"
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef):
                hook = any(dotted(decorator).split(".")[-1] == "hookimpl" for decorator in node.decorator_list)
                if hook != door:
                    found.append(
                        _at(module, node, f"{node.name}: plugin.py holds the manifest and @hookimpl functions only, and all of them")
                    )
        found += [
            f"{module.place}:{node.lineno}: table {table}: tables of this plugin begin with {name}_"
            for node in module.nodes
            if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "__tablename__" and (table := text_of(node.value))
            if not table.startswith(f"{name}_")
        ]
    return found


def plugin_names(tree: Tree) -> list[str]:
    """Name every plugin whose folder, distribution, package and entry point do not bear one name."""
    found = []
    for path in tree.files("pyproject.toml"):
        if path.parts[0] != "plugins" or len(path.parts) != 3:
            continue
        name = path.parts[1]
        project = tomllib.loads(tree.text(path))["project"]
        if project["name"] != f"dealwright-{name.replace('_', '-')}":
            found.append(f"{path}: the distribution is called {project['name']}")
        if project.get("entry-points", {}).get("dealwright.plugins") != {name: f"dealwright_{name}.plugin"}:
            found.append(f'{path}: the one entry point of dealwright.plugins is {name} = "dealwright_{name}.plugin"')
        if not (tree.root / path.parent / f"dealwright_{name}" / "__init__.py").exists():
            found.append(f"{path}: the package dealwright_{name} is missing")
    return found
