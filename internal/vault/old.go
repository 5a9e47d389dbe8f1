package vault

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"portsmouth/conference"
	"portsmouth/internal/account"
)

// batch is how many acts are sealed in one transaction: others can write in between.
const batch = 500

// sealOld seals what was written before there was a vault. It can be interrupted at any point and goes on at the next
// start; the last mark is set only when the old bytes are gone from the files of the database too.
func (v *Vault) sealOld(ctx context.Context) error {
	done, err := Sealed(ctx, v.db)
	if done || err != nil {
		return err
	}
	ids, err := v.db.Conferences(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := v.sealOldActs(ctx, id); err != nil {
			return fmt.Errorf("vault: sealing the acts of a conference: %w", err)
		}
	}
	if err := v.db.SealRows(ctx, rowsSetting, v.sealRow); err != nil {
		return fmt.Errorf("vault: sealing accounts and receipts: %w", err)
	}
	if err := v.db.Scrub(ctx); err != nil {
		return fmt.Errorf("vault: removing old traces: %w", err)
	}
	return v.db.PutValue(ctx, sealedSetting, []byte("1"))
}

// sealOldActs seals outside the transaction that writes: a room may need a key first.
func (v *Vault) sealOldActs(ctx context.Context, id string) error {
	acts, err := v.db.Read(ctx, id, 0)
	if err != nil {
		return err
	}
	acts = slices.DeleteFunc(acts, func(act conference.Stored) bool { return act.Room == publicRoom || act.Room == sealedRoom })
	for some := range slices.Chunk(acts, batch) {
		for k, act := range some {
			if some[k], err = v.sealAct(ctx, id, act, nil); err != nil {
				return err
			}
		}
		if err := v.db.SealActs(ctx, id, some); err != nil {
			return err
		}
	}
	return nil
}

// sealRow seals a row of a table other than that of the acts. Columns that are not named stay.
func (v *Vault) sealRow(table string, row map[string]any) error {
	switch table {
	case "person":
		row["name"] = v.sealName(text(row["id"]), text(row["name"]))
	case "invitation":
		i := v.sealInvitation(account.Invitation{
			Hash: []byte(text(row["hash"])), Role: text(row["role"]), Party: text(row["party"]), UsedBy: text(row["used_by"]),
		})
		row["role"], row["party"], row["used_by"] = i.Role, i.Party, i.UsedBy
	case "passkey":
		row["credential"] = string(v.sealCredential(account.Passkey{
			ID: []byte(text(row["id"])), Person: text(row["person"]), Credential: []byte(text(row["credential"])),
		}))
	case "session":
		row["data"] = v.sealSession(text(row["token"]), []byte(text(row["data"])))
	case "receipt":
		id, key := text(row["conference"]), text(row["key"])
		digest := [32]byte([]byte(text(row["digest"])))
		row["receipt"] = v.sealReceipt(id, key, digest, []byte(text(row["receipt"])))
		name := v.digestName(id, key, digest)
		row["key"], row["digest"] = v.host.named("key", id, key), name[:]
	case "conference":
		return v.sealMembers(row)
	case "member":
		row["person"] = v.member(text(row["person"]))
	default:
		return fmt.Errorf("nothing is known of the table %s", table)
	}
	return nil
}

// sealMembers keeps the list as the store writes it: sorted.
func (v *Vault) sealMembers(row map[string]any) error {
	var members []string
	if err := json.Unmarshal([]byte(text(row["members"])), &members); err != nil {
		return fmt.Errorf("the members of a conference: %w", err)
	}
	x := v.sealIndex(conference.Index{Members: members})
	slices.Sort(x.Members)
	list, err := json.Marshal(x.Members)
	row["members"] = string(list)
	return err
}

// text is a column of text or bytes, as either database hands it out.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []byte:
		return string(value)
	}
	return ""
}
