package vault

import "context"

// Ways returns the ways to a person's reading key. They are wrapped already, each by what only that person has; the seal
// hides of what kind they are and when they were made, and wants the key of the host of who would guess a passphrase.
func (v *Vault) Ways(ctx context.Context, person string) ([]byte, int64, error) {
	sealed, version, err := v.db.Ways(ctx, person)
	if err != nil || version == 0 {
		return nil, 0, err
	}
	ways, err := open(v.host.box, sealed, "ways", person)
	if err != nil {
		return nil, 0, err
	}
	return ways, version, nil
}

// PutWays keeps them in place of those of a version, and reports whether that was still the version.
func (v *Vault) PutWays(ctx context.Context, person string, ways []byte, version int64) (bool, error) {
	return v.db.PutWays(ctx, person, seal(v.host.box, ways, actStep, "ways", person), version)
}
