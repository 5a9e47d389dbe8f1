// Package record is the public record of a conference: a list of leaves that can only grow, so that whoever has seen it
// once notices when anything in it was changed or removed.
//
// It is one small Merkle tree for each conference, hashed as in RFC 6962, served as the files of C2SP tlog-tiles
// (https://c2sp.org/tlog-tiles) under a checkpoint that the venue has signed (https://c2sp.org/tlog-checkpoint,
// https://c2sp.org/signed-note). Leaf 0 is the genesis: it names the conference and the key. What the other leaves say,
// this package does not know: to it they are bytes. docs/spec/record.md is the same in prose, enough for another verifier.
//
// The record shows that nothing was changed or removed after it was entered. It does not show that what was entered is
// true.
package record

import "golang.org/x/mod/sumdb/tlog"

// Hash is a SHA-256 hash of a leaf or of a node of the tree.
type Hash = tlog.Hash

// HashSize is the length of a hash in bytes.
const HashSize = tlog.HashSize
