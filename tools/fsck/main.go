// Fsck checks with other people's programs what the tests have made: tessera's fsck checks records, the packages of
// transparency-dev check cosignatures and proof files. It is a module of its own, so that nothing of theirs comes into the
// program.
//
// It reads one question a line, its words set apart by tabs, and answers each with one line: "ok", a blank and what was
// found, or "FAILED", a blank and why.
//
//	record FOLDER KEY       is this a record that KEY has signed?
//	files FOLDER KEY        the same, and of the files that fsck does not look at: the tiles of earlier days, the large leaves,
//	                        and that nothing else is there
//	folder FOLDER KEY W…    the same, and that the witnesses W have cosigned the checkpoint, and nobody else
//	cosigned FILE KEY       has the witness KEY cosigned this checkpoint? Its time, in seconds since 1970.
//	cosign FILE SECRET      the cosignature of a witness with this secret key, made now
//	proof FILE KEY          does this prove that its leaf is in the record that KEY signs?
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/transparency-dev/formats/log"
	f_note "github.com/transparency-dev/formats/note"
	f_proof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"k8s.io/klog/v2"
)

func main() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	questions := bufio.NewScanner(os.Stdin)
	for questions.Scan() {
		found, err := answer(strings.Split(questions.Text(), "\t"))
		if err != nil {
			fmt.Println("FAILED", strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		fmt.Println("ok", found)
	}
}

// answer answers one question. A panic in the code of others is an answer too: it has not accepted what it was given.
func answer(words []string) (found string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it panics: %v", p)
		}
	}()
	if words[0] == "folder" && len(words) > 2 {
		return cosignedFolder(words[1], words[2], words[3:])
	}
	if len(words) != 3 {
		return "", errors.New("a question is three words")
	}
	switch words[0] {
	case "record":
		return record(words[1], words[2])
	case "files":
		return files(words[1], words[2])
	case "cosigned":
		return cosigned(words[1], words[2])
	case "cosign":
		return cosign(words[1], words[2])
	case "proof":
		return inRecord(words[1], words[2])
	}
	return "", fmt.Errorf("what is %q?", words[0])
}

// readAhead is how many files are compared at a time. A fault ends one comparer, and when there is none left fsck waits for ever.
const readAhead = 16

func record(folder, key string) (string, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return "", err
	}
	f := fsck.New(v.Name(), v, client.FileFetcher{Root: folder}, leafHashes, fsck.Opts{N: readAhead})
	return v.Name(), f.Check(context.Background())
}

// leafHashes hashes the entries of a tile, as C2SP tlog-tiles says.
func leafHashes(tile []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(tile); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, entry := range b.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

func cosigned(file, key string) (string, error) {
	checkpoint, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	v, err := f_note.NewVerifierForCosignatureV1(key)
	if err != nil {
		return "", err
	}
	n, err := note.Open(checkpoint, note.VerifierList(v))
	if err != nil {
		return "", err
	}
	at, err := f_note.CoSigV1Timestamp(n.Sigs[0])
	return fmt.Sprint(at.Unix()), err
}

func cosign(file, secret string) (string, error) {
	checkpoint, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	s, err := f_note.NewSignerForCosignatureV1(secret)
	if err != nil {
		return "", err
	}
	text, _, _ := strings.Cut(string(checkpoint), "\n\n")
	signed, err := note.Sign(&note.Note{Text: text + "\n"}, s)
	return strings.TrimSpace(string(signed[len(text)+2:])), err
}

func inRecord(file, key string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var p f_proof.TLogProof
	if err := p.Unmarshal(data); err != nil {
		return "", err
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		return "", err
	}
	c, _, _, err := log.ParseCheckpoint(p.Checkpoint, v.Name(), v)
	if err != nil {
		return "", err
	}
	path := make([][]byte, len(p.Hashes))
	for k := range p.Hashes {
		path[k] = p.Hashes[k][:]
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(p.ExtraData)
	return fmt.Sprintf("leaf %d of %d", p.Index, c.Size), proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, c.Size, leaf, path, c.Hash)
}
