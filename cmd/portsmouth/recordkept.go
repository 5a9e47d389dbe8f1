package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// signedCheckpoints is the folder of the last checkpoint of each record. A database that is older than what was signed is
// noticed by it. A file is one checkpoint, as "portsmouth verify --seen" takes it.
type signedCheckpoints string

func (folder signedCheckpoints) file(conference string) string {
	sum := sha256.Sum256([]byte(conference)) // an id may hold what a file's name may not
	return filepath.Join(string(folder), hex.EncodeToString(sum[:16]))
}

// Last returns the last checkpoint that was signed, nil when there is none.
func (folder signedCheckpoints) Last(conference string) ([]byte, error) {
	data, err := os.ReadFile(folder.file(conference))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("what was signed of a record: %w", err)
	}
	return data, nil
}

// Keep replaces it, and returns when the new one is on disk: nobody may have seen what could be forgotten.
func (folder signedCheckpoints) Keep(conference string, checkpoint []byte) error {
	file := folder.file(conference)
	err := replaceFile(file, checkpoint)
	if err == nil {
		err = syncFiles(file, string(folder))
	}
	if err != nil {
		return fmt.Errorf("what was signed of a record: %w", err)
	}
	return nil
}

// syncFiles waits until files and folders are on disk.
func syncFiles(paths ...string) error {
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
