package main

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"portsmouth"
	"portsmouth/record"
)

// witnessTag begins the first line of the key file of a witness. The public half follows, and with it the name: a witness
// that changed its name would be another. Whatever reads PEM takes such lines for a remark.
const witnessTag = "portsmouth witness "

// witnessOf reads the key of a witness; with a name it is made when there is none.
func witnessOf(file, name string) (*record.Witness, error) {
	_, err := os.Stat(file)
	switch missing := errors.Is(err, fs.ErrNotExist); {
	case missing && name == "":
		return nil, portsmouth.Invalidf("", "there is no key of a witness in %s; name the new witness with --name, as --name times.example/witness", file)
	case missing:
		return makeWitnessKey(file, name)
	}
	w, err := readWitness(file)
	if err == nil && name != "" && !strings.HasPrefix(w.Verifier(), name+"+") {
		err = portsmouth.Invalidf("", "the key in %s is of the witness %s", file, w.Verifier())
	}
	return w, err
}

// makeWitnessKey makes a key and waits until it is on disk: nobody may know of a witness that could be lost.
func makeWitnessKey(file, name string) (*record.Witness, error) {
	var w *record.Witness
	err := writeKey(file, func(private ed25519.PrivateKey) (head string, err error) {
		if w, err = record.NewWitness(name, private); err != nil {
			return "", portsmouth.Invalidf("", "%v", err)
		}
		return witnessTag + w.Verifier() + "\n", nil
	})
	if err == nil {
		err = syncFiles(file, filepath.Dir(file))
	}
	return w, err
}

// readWitness reads what makeWitnessKey writes.
func readWitness(file string) (*record.Witness, error) {
	private, err := readKey(file)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	key, is := strings.CutPrefix(string(line), witnessTag)
	name, _, _ := strings.Cut(key, "+")
	if !is {
		return nil, portsmouth.Invalidf("", "%s is no key of a witness; make one with: portsmouth key --witness NAME FILE", file)
	}
	w, err := record.NewWitness(name, private)
	if err != nil || w.Verifier() != key {
		return nil, portsmouth.Invalidf("", "the first line of %s does not belong to the key under it", file)
	}
	return w, nil
}
