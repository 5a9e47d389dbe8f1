package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"portsmouth/internal/store"
	"portsmouth/record"
)

// recordFolder lies beside the database and not in it: who has a copy of the database cannot sign, and a backup that is
// brought back does not bring back what the venue believes it has signed. The key and that memory are in one folder, so
// that nobody puts back the one without the other.
const (
	recordFolder  = "record"
	recordKeyFile = "key.pem"  // signs the public records
	signedFolder  = "signed"   // the last checkpoint of each record
	witnessFolder = "cosigned" // what witnesses said of it
)

// recordKeySetting names the public half in the database: with it all nodes and all restarts notice another key.
const recordKeySetting = "record-key"

// errOtherKey says that the records of this venue are signed with another key than the one at hand.
var errOtherKey = errors.New("the public records of this venue were begun with another key than the one beside its database; " +
	"put the folder “record” of this venue back there, and start again: until then no record is signed. If the key is lost for good, see “portsmouth record rupture --help”")

// recordKey returns the key of the public records, nil when the venue keeps none. On SQLite it is made at the first start.
// Nodes that share a PostgreSQL need the same one, so there nothing is made: "portsmouth key" makes it, and it is copied.
func (p *place) recordKey(ctx context.Context, s *store.Store) (*record.Key, error) {
	if p.data == "" {
		return nil, nil
	}
	file := p.recordKeyFile()
	bound, err := s.GetValue(ctx, recordKeySetting)
	if err != nil {
		return nil, err
	}
	_, err = os.Stat(file)
	if missing := errors.Is(err, os.ErrNotExist); missing && bound != nil {
		return nil, errOtherKey
	} else if missing && p.database != "" {
		return nil, nil
	} else if missing {
		if err := makeRecordKey(file); err != nil {
			return nil, err
		}
	}
	private, err := readKey(file)
	if err != nil {
		return nil, err
	}
	public := base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey))
	kept, err := s.KeepValue(ctx, recordKeySetting, []byte(public))
	if err != nil {
		return nil, err
	}
	if string(kept) != public {
		return nil, errOtherKey
	}
	return record.NewKey(private)
}

// makeRecordKey makes the key and waits until it is on disk: a record that is begun with it must not outlive it.
func makeRecordKey(file string) error {
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("the key of the record: %w", err)
	}
	if err := makeKey(io.Discard, file); err != nil {
		return err
	}
	if err := syncFiles(file, folder, filepath.Dir(folder)); err != nil {
		return fmt.Errorf("the key of the record: %w", err)
	}
	return nil
}

func (p *place) recordKeyFile() string { return filepath.Join(p.data, recordFolder, recordKeyFile) }

// signedCheckpoints is where the venue remembers what it has signed.
func (p *place) signedCheckpoints() signedCheckpoints {
	return signedCheckpoints(filepath.Join(p.data, recordFolder, signedFolder))
}

// cosignatures is where an older version kept what witnesses said of that.
func (p *place) cosignatures() signedCheckpoints {
	return signedCheckpoints(filepath.Join(p.data, recordFolder, witnessFolder))
}
