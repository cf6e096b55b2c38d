"""Verifies an export of cuecard's audit log, from docs/reference/audit-log.md alone: Python 3, standard library.

    python3 verify-export.py export.jsonl [verifier-key]
"""
import base64
import hashlib
import json
import sys

# Ed25519 verification, RFC 8032, section 5.1.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P != 0 or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    return P - x if x & 1 != sign else x


def decode_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        raise ValueError("not a point of the curve")
    x = recover_x(y, sign)
    return (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


BASE = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signed(public_key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    a, r = decode_point(public_key), decode_point(signature[:32])
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % L
    p, q = multiply(s, BASE), add(r, multiply(k, a))
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


# The format.
class Wrong(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Wrong(message)


def sha256(data):
    return hashlib.sha256(data).digest()


def base64_bytes(text):
    data = base64.b64decode(text, validate=True)
    check(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def hash_bytes(text):
    check(isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef"), "no hash")
    return bytes.fromhex(text)


def read_line(raw, members):
    """The members are in order, so serialising what was read gives the line again, byte for byte."""
    value = json.loads(raw.decode("utf-8"))
    check(isinstance(value, dict) and sorted(value) == members, "other members than " + ", ".join(members))
    spelled = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    check(spelled.encode("utf-8") == raw, "not in canonical form")
    return value


class Key:
    def __init__(self, text):
        self.name, self.id, encoded = text.split("+", 2)
        typed = base64_bytes(encoded)
        check(len(typed) == 33 and typed[0] == 1, "no Ed25519 key")
        check(sha256(self.name.encode() + b"\n" + typed)[:4].hex() == self.id, "the key's hash is wrong")
        self.public, self.text = typed[1:], text

    def open(self, note):
        check(all(character >= " " or character == "\n" for character in note), "control characters")
        text, separator, lines = note.rpartition("\n\n")
        check(separator != "" and lines.endswith("\n"), "no signed note")
        found = 0
        for line in lines[:-1].split("\n"):
            dash, name, encoded = line.split(" ")
            check(dash == "\u2014", "no signature line")
            data = base64_bytes(encoded)
            if name == self.name and data[:4].hex() == self.id:
                check(is_signed(self.public, (text + "\n").encode("utf-8"), data[4:]), "a wrong signature")
                found += 1
        check(found > 0, "not signed by the log's key")
        return text + "\n"


class Tree:
    def __init__(self):
        self.edge, self.size = [], 0

    def push(self, digest, width):
        self.size += width
        while self.edge and self.edge[-1][1] == width:
            digest = sha256(b"\x01" + self.edge.pop()[0] + digest)
            width *= 2
        self.edge.append((digest, width))

    def push_subtrees(self, hashes, end):
        for digest in hashes:
            width = 1
            while self.size % (2 * width) == 0 and self.size + 2 * width <= end:
                width *= 2
            check(self.size + width <= end, "too many hashes")
            self.push(hash_bytes(digest), width)
        check(self.size == end, "too few hashes")

    def root(self):
        if not self.edge:
            return sha256(b"")
        root = self.edge[-1][0]
        for digest, _ in reversed(self.edge[:-1]):
            root = sha256(b"\x01" + digest + root)
        return root


class Export:
    def __init__(self, trusted_key):
        self.trusted_key, self.tree, self.digest = trusted_key, Tree(), hashlib.sha256()
        self.step, self.last, self.readable, self.erased = self.log, -1, 0, 0

    def log(self, raw):
        names = ["before", "end", "first", "format", "origin", "publicKey", "size", "type"]
        line = self.line = read_line(raw, names)
        check(line["type"] == "log" and line["format"] == "cuecard-audit-log/1", "another format")
        check(all(type(line[name]) is int for name in ("first", "end", "size")), "no whole numbers")
        check(0 <= line["first"] <= line["end"] <= line["size"], "first, end and size do not go together")
        check(self.trusted_key in (None, line["publicKey"]), "another key")
        self.key = Key(line["publicKey"])
        check(self.key.name == line["origin"], "another origin than the key's name")
        self.tree.push_subtrees(line["before"], line["first"])
        self.last, self.step = line["first"], self.part

    def part(self, raw):
        if raw.startswith(b'{"body":'):
            self.entry(read_line(raw, ["body", "commitment", "index", "salt", "type"]))
        elif raw.startswith(b'{"note":'):
            check(self.last < self.tree.size < self.line["size"], "a checkpoint out of place")
            self.checkpoint(raw)
        else:
            line = read_line(raw, ["after", "type"])
            check(line["type"] == "end" and self.tree.size == self.line["end"], "the end too early")
            self.tree.push_subtrees(line["after"], self.line["size"])
            self.step = self.head

    def entry(self, line):
        check(line["type"] == "entry" and type(line["index"]) is int, "no entry")
        check(line["index"] == self.tree.size < self.line["end"], "entry %d missing" % self.tree.size)
        commitment = hash_bytes(line["commitment"])
        check((line["body"] is None) == (line["salt"] is None), "body without salt")
        if line["body"] is None:
            self.erased += 1
        else:
            self.readable += 1
            made_of = hash_bytes(line["salt"]) + line["body"].encode("utf-8")
            check(sha256(made_of) == commitment, "entry %d was changed" % line["index"])
        self.tree.push(sha256(b"\x00" + commitment), 1)

    def checkpoint(self, raw):
        line = read_line(raw, ["note", "type"])
        check(line["type"] == "checkpoint", "no checkpoint")
        origin, size, root = self.key.open(line["note"]).split("\n")[:3]
        check(origin == self.line["origin"] and size == str(self.tree.size), "another checkpoint")
        check(base64_bytes(root) == self.tree.root(), "another root than was signed at size " + size)
        self.last = self.tree.size

    def head(self, raw):
        self.checkpoint(raw)
        self.step = self.seal

    def seal(self, raw):
        line = read_line(raw, ["note", "type"])
        check(line["type"] == "seal" and line["note"].count("\n") == 4, "no seal")
        text = self.key.open(line["note"])
        check(text == "cuecard-audit-log/1 seal\n%s\n" % self.digest.hexdigest(), "changed after it was sealed")
        self.step = self.nothing

    def nothing(self, raw):
        raise Wrong("more after the seal")


def verify(path, trusted_key):
    export, number = Export(trusted_key), 0
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                check(line.endswith(b"\n"), "cut off")
                export.step(line[:-1])
            except (Wrong, ValueError, TypeError, KeyError) as error:
                return "NOT verified: line %d: %s" % (number, error)
            export.digest.update(line)
    if export.step != export.nothing:
        return "NOT verified: line %d: cut off" % (number + 1)
    return "verified: %d readable, %d erased, size %d" % (export.readable, export.erased, export.tree.size)


if __name__ == "__main__":
    verdict = verify(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    print(verdict)
    sys.exit(0 if verdict.startswith("verified") else 1)
