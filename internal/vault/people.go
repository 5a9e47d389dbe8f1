package vault

import (
	"context"
	"encoding/hex"
	"time"

	"portsmouth/internal/account"
)

// AddPerson keeps a new person; one that is already there stays as it is.
func (v *Vault) AddPerson(ctx context.Context, p account.Person) error {
	p.Name = v.sealName(p.ID, p.Name)
	return v.db.AddPerson(ctx, p)
}

func (v *Vault) sealName(person, name string) string {
	return v.host.sealText(name, "person", person)
}

// Rename changes the name of a person.
func (v *Vault) Rename(ctx context.Context, person, name string) error {
	return v.db.Rename(ctx, person, v.sealName(person, name))
}

// Person finds a person by id.
func (v *Vault) Person(ctx context.Context, id string) (account.Person, bool, error) {
	p, found, err := v.db.Person(ctx, id)
	if err != nil || !found {
		return account.Person{}, false, err
	}
	if p.Name, err = v.host.openText(p.Name, "person", id); err != nil {
		return account.Person{}, false, err
	}
	return p, true, nil
}

// AddInvitation keeps a new invitation.
func (v *Vault) AddInvitation(ctx context.Context, i account.Invitation) error {
	return v.db.AddInvitation(ctx, v.sealInvitation(i))
}

func (v *Vault) sealInvitation(i account.Invitation) account.Invitation {
	hash := hex.EncodeToString(i.Hash)
	i.Role = v.host.sealText(i.Role, "role", hash)
	i.Party = v.host.sealText(i.Party, "party", hash)
	i.UsedBy = v.host.sealText(i.UsedBy, "used by", hash)
	return i
}

// Invitation finds an invitation by the hash of its token.
func (v *Vault) Invitation(ctx context.Context, hash []byte) (account.Invitation, bool, error) {
	i, found, err := v.db.Invitation(ctx, hash)
	if err != nil || !found {
		return account.Invitation{}, false, err
	}
	at := hex.EncodeToString(hash)
	if i.Role, err = v.host.openText(i.Role, "role", at); err != nil {
		return account.Invitation{}, false, err
	}
	if i.Party, err = v.host.openText(i.Party, "party", at); err != nil {
		return account.Invitation{}, false, err
	}
	if i.UsedBy, err = v.host.openText(i.UsedBy, "used by", at); err != nil {
		return account.Invitation{}, false, err
	}
	return i, true, nil
}

// UseInvitation marks an invitation as used, if it still can be.
func (v *Vault) UseInvitation(ctx context.Context, hash []byte, person string, now time.Time) (bool, error) {
	return v.db.UseInvitation(ctx, hash, v.host.sealText(person, "used by", hex.EncodeToString(hash)), now)
}

// RevokeInvitation ends the unused invitations that an act of a conference made.
func (v *Vault) RevokeInvitation(ctx context.Context, conference, invite string, now time.Time) error {
	return v.db.RevokeInvitation(ctx, conference, invite, now)
}

// AddWayBack keeps a new link back: the hash of its token and a random id.
func (v *Vault) AddWayBack(ctx context.Context, w account.WayBack) error {
	return v.db.AddWayBack(ctx, w)
}

// UseWayBack marks a link back as used, if it still can be, and returns its person.
func (v *Vault) UseWayBack(ctx context.Context, hash []byte, now time.Time) (string, bool, error) {
	return v.db.UseWayBack(ctx, hash, now)
}

// PutPasskey keeps a passkey, new or with a changed counter.
func (v *Vault) PutPasskey(ctx context.Context, k account.Passkey) error {
	k.Credential = v.sealCredential(k)
	return v.db.PutPasskey(ctx, k)
}

func (v *Vault) sealCredential(k account.Passkey) []byte {
	return []byte(v.host.sealText(string(k.Credential), "passkey", k.Person, hex.EncodeToString(k.ID)))
}

// Passkeys lists the passkeys of a person, oldest first.
func (v *Vault) Passkeys(ctx context.Context, person string) ([]account.Passkey, error) {
	keys, err := v.db.Passkeys(ctx, person)
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		credential, err := v.host.openText(string(k.Credential), "passkey", person, hex.EncodeToString(k.ID))
		if err != nil {
			return nil, err
		}
		keys[i].Credential = []byte(credential)
	}
	return keys, nil
}

// DropPasskey removes one passkey of a person.
func (v *Vault) DropPasskey(ctx context.Context, person string, id []byte) error {
	return v.db.DropPasskey(ctx, person, id)
}

// DropWaysBack removes the links back of a person.
func (v *Vault) DropWaysBack(ctx context.Context, person string) error {
	return v.db.DropWaysBack(ctx, person)
}

// Session finds a session that has not expired at now. Its Person is a keyed name, from which nobody is told.
func (v *Vault) Session(ctx context.Context, token string, now time.Time) (account.Session, bool, error) {
	n, found, err := v.db.Session(ctx, token, now)
	if err != nil || !found {
		return account.Session{}, false, err
	}
	n, err = v.openSession(n)
	return n, err == nil, err
}

// AddSession keeps a new session.
func (v *Vault) AddSession(ctx context.Context, n account.Session) error {
	return v.db.AddSession(ctx, v.closedSession(n))
}

// ChangeSession puts n in the place of the session with that token, if it is still there.
func (v *Vault) ChangeSession(ctx context.Context, token string, n account.Session) (bool, error) {
	return v.db.ChangeSession(ctx, token, v.closedSession(n))
}

// SessionsOf lists the sessions of a person that have not expired at now.
func (v *Vault) SessionsOf(ctx context.Context, person string, now time.Time) ([]account.Session, error) {
	list, err := v.db.SessionsOf(ctx, v.sessionName(person), now)
	if err != nil {
		return nil, err
	}
	for k, n := range list {
		if list[k], err = v.openSession(n); err != nil {
			return nil, err
		}
		list[k].Person = person
	}
	return list, nil
}

// DropSessionsOf removes the sessions of a person but the one with that token.
func (v *Vault) DropSessionsOf(ctx context.Context, person, but string) error {
	return v.db.DropSessionsOf(ctx, v.sessionName(person), but)
}

// Unexpired returns those of the tokens whose sessions have not ended at now.
func (v *Vault) Unexpired(ctx context.Context, tokens []string, now time.Time) ([]string, error) {
	return v.db.Unexpired(ctx, tokens, now)
}

// sessionName hides whose a session is. It is another name than the one under which the person is a member, so that a thief of
// the disk cannot tell how many devices the members of a conference have.
func (v *Vault) sessionName(person string) string {
	if person == "" {
		return ""
	}
	return v.host.named("session of", person)
}

func (v *Vault) closedSession(n account.Session) account.Session {
	n.Person, n.Data = v.sessionName(n.Person), v.sealSession(n.Token, n.Data)
	return n
}

func (v *Vault) openSession(n account.Session) (account.Session, error) {
	var err error
	n.Data, err = open(v.host.box, n.Data, "session", n.Token)
	return n, err
}

func (v *Vault) sealSession(token string, data []byte) []byte {
	return seal(v.host.box, data, actStep, "session", token)
}

// DropSession removes a session; an unknown one is no error.
func (v *Vault) DropSession(ctx context.Context, token string) error {
	return v.db.DropSession(ctx, token)
}

// Sweep removes the sessions and links back that have expired at now.
func (v *Vault) Sweep(ctx context.Context, now time.Time) error { return v.db.Sweep(ctx, now) }

// KeepValue keeps a small named value unless there is one. The values of this program are random ids and public keys; what is
// confidential does not belong there.
func (v *Vault) KeepValue(ctx context.Context, name string, proposed []byte) ([]byte, error) {
	return v.db.KeepValue(ctx, name, proposed)
}
