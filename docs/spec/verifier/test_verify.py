#!/usr/bin/env python3
"""Tests of the verifier: python3 test_verify.py. The folders and the proof file beside it are made by the Go program."""

import base64
import os
import random
import sys
import unittest

sys.dont_write_bytecode = True
import verify  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VECTOR, WITNESSED = os.path.join(HERE, "vector"), os.path.join(HERE, "witnessed")


def vector(root=VECTOR):
    folder = verify.Folder(root)
    return {path: folder.read(path) for path in folder.paths()}


def holds(files, *given):
    try:
        verify.verify(verify.Memory(files), given)
    except verify.Fault:
        return False
    return True


class Signatures(unittest.TestCase):
    """RFC 8032 section 7.1, tests 1 to 3."""

    CASES = [
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ]

    def test_vectors(self):
        for public, message, signature in self.CASES:
            public, message, signature = (bytes.fromhex(x) for x in (public, message, signature))
            self.assertTrue(verify.signed_by(public, message, signature))
            self.assertFalse(verify.signed_by(public, message + b"x", signature))
            wrong = bytearray(signature)
            wrong[40] ^= 1
            self.assertFalse(verify.signed_by(public, message, bytes(wrong)))
            s = int.from_bytes(signature[32:], "little") + verify.ORDER  # the same number, written otherwise
            self.assertFalse(verify.signed_by(public, message, signature[:32] + s.to_bytes(32, "little")))


class Tree(unittest.TestCase):
    def test_empty_string_is_a_leaf(self):
        self.assertEqual(verify.levels_of([b""])[0][0].hex(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")

    def test_seven_leaves(self):
        leaves = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
        root = verify.tree_hash(verify.levels_of(leaves)[0])
        self.assertEqual(root.hex(), "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")


class Paths(unittest.TestCase):
    def test_there_and_back(self):
        for tile in [(0, 0, 256), ("entries", 1234, 7), (2, 123456789, 255), ("entries", 1000000, 256)]:
            self.assertEqual(verify.parse_tile(verify.tile_path(*tile)), tile)
        self.assertEqual(verify.tile_path(0, 1234067, 256), "tile/0/x001/x234/067")

    def test_one_path_only(self):
        for path in ["tile/0/x000/001", "tile/0/1", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/07", "tile/00/000", "tile/data/000"]:
            self.assertIsNone(verify.parse_tile(path), path)


class Record(unittest.TestCase):
    def test_the_vector_holds(self):
        leaves = verify.verify(verify.Folder(VECTOR)).leaves
        self.assertEqual(leaves[1], b'{"id":"1","to":"public"}')
        self.assertEqual(len(leaves[3]), 65536)

    def test_every_mutation_is_found(self):
        files, chance = vector(), random.Random(1905)
        for n in range(400):
            path = sorted(files)[n % len(files)]
            whole = files[path]
            changed = bytearray(whole)
            at = chance.randrange(len(changed))
            changed[at] ^= chance.randrange(1, 256)
            files[path] = bytes(changed)
            self.assertFalse(holds(files), f"byte {at} of {path} was changed, and nothing was found")
            files[path] = whole
        self.assertTrue(holds(files))

    def test_every_byte_of_the_checkpoint_counts(self):
        files = vector()
        whole = files["checkpoint"]
        for at in range(len(whole)):
            files["checkpoint"] = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]
            self.assertFalse(holds(files), f"byte {at}")

    def test_missing_added_cut(self):
        files = vector()
        for path in sorted(files):
            for changed in (b"", files[path][:-1], files[path] + b"x"):
                self.assertFalse(holds({**files, path: changed}), path)
            rest = {name: data for name, data in files.items() if name != path}
            self.assertEqual(holds(rest), path.endswith(".p/3"), path)  # a tile of an earlier day is not needed
        for path in ["extra", "tile/0/001", "tile/0/000.p/9", "tile/1/000.p/1", "large/00"]:
            self.assertFalse(holds({**files, path: b"x"}), path)


class Witnesses(unittest.TestCase):
    def test_two_of_three(self):
        found = verify.verify(verify.Folder(WITNESSED))
        self.assertEqual((found.witnesses, found.seen), (["Japan", "Russia", "The Harbour Times"], ["Japan", "The Harbour Times"]))
        self.assertEqual(str(found), "5 leaves, seen by 2 of 3")

    def test_every_byte_of_the_further_lines_counts(self):
        files = vector(WITNESSED)
        whole = files["checkpoint"]
        for at in range(len(b"".join(whole.splitlines(keepends=True)[:5])), len(whole), 2):
            files["checkpoint"] = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]
            self.assertFalse(holds(files), f"byte {at}")

    def test_a_line_is_missing_doubled_strange(self):
        files = vector(WITNESSED)
        whole = files["checkpoint"]
        lines = whole.splitlines(keepends=True)
        self.assertTrue(holds({**files, "checkpoint": b"".join(lines[:-1])}))  # one witness fewer is no fault
        self.assertFalse(holds({**files, "checkpoint": whole + lines[-1]}))
        self.assertFalse(holds({**files, "checkpoint": b"".join(lines[:4] + lines[5:])}))  # the venue's own
        stranger = lines[-1].replace(b"witness.example", b"strange.example")
        self.assertFalse(holds({**files, "checkpoint": whole + stranger}))

    def test_a_key_that_is_given(self):
        files = vector(WITNESSED)
        genesis, _ = verify.read_genesis(verify.verify(verify.Memory(files)).leaves[0])
        keys = [w["key"] for w in genesis["about"]["policy"]["witnesses"]]
        self.assertTrue(holds(files, keys[0]))
        self.assertFalse(holds(files, keys[1]))  # it has not cosigned
        self.assertFalse(holds(files, keys[0].replace("+", "+0", 1)))


class Openings(unittest.TestCase):
    PAYLOAD = '{"number":"2\\u003c0","b":[1,2.50]}'  # the bytes count, not what they mean

    def leaves(self, payload, party="japan"):
        salt = bytes(range(32))
        own = verify.commit(b"portsmouth/commitment/1", b"c-1", b"r-1", b"japan", salt, self.PAYLOAD.encode())
        both = f'[{{"party":"japan","commitment":"{own}"}},{{"party":"russia","commitment":"{"0" * 64}"}}]'
        opening = f'{{"round":"r-1","party":"{party}","payload":{payload},"salt":"{base64.b64encode(salt).decode()}"}}'
        bodies = [f'{{"item":"round","round":"r-1","commitments":{both}}}', f'{{"item":"opening","opening":{opening}}}']
        return [f'{{"id":"a","to":"public","kind":"published","v":1,"body":{b}}}'.encode() for b in bodies]

    def test_right_and_wrong(self):
        whole = self.leaves(self.PAYLOAD)
        self.assertEqual(verify.check_openings("c-1", [b"genesis"] + whole), 1)
        wrong = [self.leaves(self.PAYLOAD.replace("50", "5")), self.leaves(self.PAYLOAD.replace("\\u003c", "<")), self.leaves(self.PAYLOAD, "russia"),
                 whole[::-1], whole[:1] * 2]
        for leaves in wrong:
            self.assertRaises(verify.Fault, verify.check_openings, "c-1", leaves)
        self.assertRaises(verify.Fault, verify.check_openings, "c-2", whole)

    def test_the_example(self):
        salt = bytes(range(32))
        text = "0000000000000017706f7274736d6f7574682f636f6d6d69746d656e742f310000000000000001630000000000000001720000000000000001700000000000000020"
        self.assertEqual(verify.commit(b"portsmouth/commitment/1", b"c", b"r", b"p", salt, b"{}"),
                         verify.sha256(bytes.fromhex(text) + salt + bytes.fromhex("00000000000000027b7d")).hex())


class Proofs(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(HERE, "leaf-3.tlog-proof"), "rb") as f:
            self.whole = f.read()
        self.key = verify.read_genesis(verify.verify(verify.Folder(WITNESSED)).leaves[0])[0]["key"]

    def proves(self, data):
        try:
            return verify.check_proof(data, self.key, "file")
        except verify.Fault:
            return None

    def test_it_holds(self):
        leaf = verify.verify(verify.Folder(WITNESSED)).leaves[3]
        self.assertEqual(self.proves(self.whole), (3, leaf))

    def test_mutations(self):
        end = self.whole.index("\u2014".encode())  # of the further lines, the test above knows more
        end = self.whole.index(b"\n", end)
        for at in list(range(0, 60)) + list(range(len(self.whole) - len(self.whole) % 7 - 1, 0, -7)):
            wrong = self.whole[:at] + bytes([self.whole[at] ^ 1]) + self.whole[at + 1:]
            if at < end:
                self.assertIsNone(self.proves(wrong), f"byte {at}")
        for cut in (0, 1, 100, end):
            self.assertIsNone(self.proves(self.whole[:cut]))

    def test_paths_of_every_length(self):
        hashes = [verify.sha256(bytes([0, n])) for n in range(20)]

        def path(index, part):
            if len(part) == 1:
                return []
            k = 1 << (len(part) - 1).bit_length() - 1
            if index < k:
                return path(index, part[:k]) + [verify.tree_hash(part[k:])]
            return path(index - k, part[k:]) + [verify.tree_hash(part[:k])]

        for size in range(1, 21):
            for index in range(size):
                proof, root = path(index, hashes[:size]), verify.tree_hash(hashes[:size])
                self.assertEqual(verify.root_of(hashes[index], index, size, proof), root)
                self.assertNotEqual(verify.root_of(hashes[index], index, size, proof + [root]), root)
                self.assertIsNone(verify.root_of(hashes[index], size, size, proof))


if __name__ == "__main__":
    unittest.main()
