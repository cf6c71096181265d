# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document of a program, and what programs answer held against it."""

import json
import pathlib
import re

try:
    import jsonschema
except ImportError:
    jsonschema = None

# Without it answers are looked at by nobody.
MISSING = None if jsonschema else "python3-jsonschema is not installed"


class Document:
    def __init__(self, text):
        self.json = json.loads(text)
        self.resolver = jsonschema.RefResolver("", self.json) if jsonschema else None
        self.paths = [(re.compile("^" + re.sub(r"\\{[a-z]*\\}", "[^/]+", re.escape(path)) + "$"), path)
                      for path in self.json["paths"]]

    def operation(self, method, target):
        """@return the operation, and its path; None: there is none"""
        path = target.partition("?")[0]
        for pattern, name in self.paths:
            if pattern.match(path) and method.lower() in self.json["paths"][name]:
                return self.json["paths"][name][method.lower()], name
        return None, None

    def schema_problems(self, schema, value):
        if not jsonschema:
            return []
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(value)]

    def problems(self, method, target, answer, body=None):
        """@return what of an answer, and of a request that was taken, is not as the document says"""
        operation, path = self.operation(method, target)
        if operation is None:
            return [] if answer.status in (400, 401, 404, 405, 413, 414, 415) else [f"{method} {target} is not described"]
        where = f"{method} {path} {answer.status}"
        described = operation["responses"].get(str(answer.status))
        if described is None and answer.status >= 400:
            described = self.json["components"]["responses"]["Problem"]
        if described is None:
            return [f"{where} is not described"]
        kind = answer.fields.get("content-type", "").partition(";")[0]
        content = described.get("content", {})
        found = []
        if answer.body and kind not in content:
            found.append(f"{where}: {kind} is not described")
        elif answer.body and kind.endswith(("/json", "+json")):
            found += [f"{where}: {problem}" for problem in self.schema_problems(content[kind]["schema"], answer.json)]
        found += [f"{where}: without {name}" for name in described.get("headers", {})
                  if name.lower() not in answer.fields]
        if body is not None and answer.status < 300:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            found += [f"{where}: the request: {problem}" for problem in self.schema_problems(schema, body)]
        return found


# ---- that all of it is described -----------------------------------------------------------------

ROUTE = re.compile(r"\{\s*\.method = LOOM_HTTP_(?P<method>[A-Z]+),(?P<rest>.*?)\}(?=,\s*(?:\{|\}))", re.DOTALL)


def field(text, name, default=None):
    match = re.search(rf'\.{name} = "([^"]*)"', text)
    return match.group(1) if match else default


def routes_of(source):
    """Those of the tables: (method, path): (operation, role, queries, has a body)."""
    found = {}
    for file in sorted([*(source / "server/web").glob("*.c"), *(source / "server/programs").glob("*.c")]):
        for match in ROUTE.finditer(file.read_text(encoding="utf-8")):
            rest = match["rest"]
            # What is below /api is the interface of Leshan's demo server, which Leshan describes.
            if field(rest, "pattern").startswith("/api/"):
                continue
            role = re.search(r"\.role = LOOM_HTTP_([A-Z]+)", rest)
            found[match["method"].lower(), field(rest, "pattern")] = (
                field(rest, "operation"), role.group(1).lower() if role else "nobody",
                set(field(rest, "queries", "").split()), "LOOM_HTTP_NO_BODY" not in rest and ".body = " in rest)
    return found


def described_by(parts):
    found = {}
    for part in parts:
        for path, operations in part["paths"].items():
            for method, operation in operations.items():
                queries = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
                names = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
                if names != set(re.findall(r"\{([a-zA-Z]+)\}", path)):
                    raise SystemExit(f"{method} {path}: error: its path has other parameters: {names}")
                found[method, path] = (operation["operationId"], operation["x-role"], queries,
                                       "requestBody" in operation)
    return found


def referred(value):
    """Every $ref in it."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "$ref":
                yield member
            else:
                yield from referred(member)
    elif isinstance(value, list):
        for member in value:
            yield from referred(member)


def check(source):
    """@return what is wrong with the parts of the document, as a list of texts"""
    folder = source / "server/web/document"
    parts = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}
    routes, described = routes_of(source), described_by(parts.values())
    # The files of the page are no part of the interface.
    routes = {key: value for key, value in routes.items() if value[0] not in ("page", "pageFile")}
    problems = [f"{method} {path}: error: is in no part of {folder.name}/" for method, path in routes.keys() - described.keys()]
    problems += [f"{method} {path}: error: there is no such route" for method, path in described.keys() - routes.keys()]
    problems += [f"{method} {path}: error: the route has {routes[method, path]}, the document {described[method, path]}"
                 for method, path in routes.keys() & described.keys() if routes[method, path] != described[method, path]]
    common = parts["common.json"]["components"]
    for name, part in parts.items():
        known = {f"#/components/schemas/{one}" for one in (*common["schemas"], *part["components"]["schemas"])}
        known |= {f"#/components/responses/{one}" for one in common["responses"]}
        problems += [f"{name}: error: {one} is not there" for one in sorted(set(referred(part)) - known)]
    operations = [value[0] for value in described.values()]
    problems += [f"error: {one} is the name of two operations" for one in {*operations} if operations.count(one) > 1]
    return problems


def main(arguments):
    problems = check(pathlib.Path(arguments[1]))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    import sys
    sys.exit(main(sys.argv))
