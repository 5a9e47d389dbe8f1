package main

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"portsmouth"
	"portsmouth/internal/account"
	"portsmouth/internal/store"
	"portsmouth/internal/vault"
	"portsmouth/internal/venue"
)

// keysFolder lies beside the database and is in no backup: who has the one without the other reads nothing that is not public.
// It is not in the folder "record", since that one may have to be copied where this one should not go.
const (
	keysFolder  = "keys"
	hostKeyFile = "host.key"
	hostKeyType = "PORTSMOUTH HOST KEY"
)

func (p *place) hostKeyFile() string { return filepath.Join(p.data, keysFolder, hostKeyFile) }

// errHostKey says that what is stored cannot be read, and why. Nothing has been changed.
func errHostKey(why, file string) error {
	return portsmouth.Invalidf("host-key", "%s. What this venue has stored is encrypted with the key in the file %s; put the one that belongs to "+
		"this database there, and start again. Nothing has been changed. Without that key nobody can read what is stored", why, file)
}

// database is what the venue and the accounts are kept in.
type database interface {
	venue.Store
	account.Store
}

// keys are those of private rooms that their members lock; none without a vault.
func keys(d database) venue.Keys {
	k, _ := d.(venue.Keys)
	return k
}

// sealed returns the vault over the venue's database. Its key is made at the first start; several nodes that share a
// PostgreSQL need the same one, so it is copied to the others.
func (p *place) sealed(ctx context.Context, s *store.Store) (database, error) {
	if p.unsealed {
		return s, nil
	}
	key, err := p.hostKey(ctx, s)
	if err != nil {
		return nil, err
	}
	v, err := vault.Open(ctx, s, key)
	if errors.Is(err, vault.ErrOtherKey) {
		return nil, errHostKey("The key of the host is another than the one of this database", p.hostKeyFile())
	}
	return v, err
}

func (p *place) hostKey(ctx context.Context, s *store.Store) (vault.Key, error) {
	if p.data == "" {
		return vault.Key{}, portsmouth.Invalidf("", "name a folder for the keys of the venue with --data")
	}
	file := p.hostKeyFile()
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		bound, err := vault.Bound(ctx, s)
		if err != nil {
			return vault.Key{}, err
		}
		if bound {
			return vault.Key{}, errHostKey("The key of the host is missing", file)
		}
		if err := makeHostKey(file); err != nil {
			return vault.Key{}, err
		}
	}
	return readHostKey(file)
}

// makeHostKey makes the key and waits until it is on disk: what is sealed with it must not outlive it. A key that another
// process has made meanwhile stays.
func makeHostKey(file string) error {
	folder := filepath.Dir(file)
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		err = writeHostKey(folder, file)
	}
	if err == nil {
		err = syncFiles(file, folder, filepath.Dir(folder))
	}
	if err != nil {
		return fmt.Errorf("the key of the host: %w", err)
	}
	return nil
}

// writeHostKey gives the file its name only when it is whole.
func writeHostKey(folder, file string) error {
	f, err := os.CreateTemp(folder, ".new-*") // readable by its owner alone
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	key := vault.NewKey()
	if err := errors.Join(pem.Encode(f, &pem.Block{Type: hostKeyType, Bytes: key[:]}), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), file); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func readHostKey(file string) (key vault.Key, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return key, portsmouth.Invalidf("host-key", "%v", err)
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != hostKeyType || copy(key[:], block.Bytes) != len(key) {
		return key, errHostKey("The file is no key of a host, or damaged", file)
	}
	return key, nil
}
