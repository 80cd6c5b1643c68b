#!/usr/bin/env bash
# Installs the package on this machine as root, starts the relay as its unit says, uses it, removes and purges it, and says what it saw.
# It does what systemd would, as far as that can be done by hand: user, folders, umask, limits, ExecStartPre, ExecStart, ExecReload; and it
# holds the system calls of a real run against the unit's filter. The sandbox of name spaces itself needs systemd and is not tried.
set -euo pipefail
deb=$(realpath "$1")
name=alongside-relay
unit=/usr/lib/systemd/system/$name.service
settings=/etc/$name/relay.toml
work=$(mktemp -d)
installed=
finish() {
    for process in ${relay:-} ${traced:-}; do kill -9 "$process" 2>/dev/null || true; done
    if [ -n "$installed" ]; then
        sleep 1
        dpkg -P $name >/dev/null 2>&1 || true
        rm -rf /run/$name
    fi
    rm -rf "$work"
}
trap finish EXIT
fall() { echo "did not hold: $*" >&2; exit 1; }
saw() { echo "  $*"; }
of_unit() { sed -n "s|^$1=||p" "$unit"; }
as_user=(setpriv --reuid "$name" --regid "$name" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all)

[ "$(id -u)" = 0 ] || fall "only root can install a package"
if dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -q .; then fall "$name is on this machine already"; fi
if getent passwd "$name" >/dev/null; then fall "there is a user of this name already"; fi

installed=yes
dpkg -i "$deb" >"$work/dpkg" 2>&1 || { cat "$work/dpkg"; fall "installing"; }
getent passwd "$name" | grep -q ':/var/lib/alongside-relay:/usr/sbin/nologin$' || fall "the user"
[ "$(stat -c '%a %U %G' /var/lib/$name)" = "700 $name $name" ] || fall "the folder's rights"
[ "$(stat -c '%a %U %G' $settings)" = "640 root $name" ] || fall "the settings' rights"
[ -x /usr/bin/relay ] && [ -f "$unit" ] || fall "the files"
saw "installed: $(dpkg-query -W -f '${Package} ${Version}, ${Installed-Size} KiB' $name), user $(id -u $name)"

systemd-analyze verify "$unit" >"$work/verify" 2>&1 || { cat "$work/verify"; fall "systemd-analyze verify"; }
exposure=$(systemd-analyze security --offline=yes --threshold=20 "$unit" 2>&1 | tail -1) || fall "the unit is less hardened than it was: $exposure"
saw "$exposure"

# As the unit says.
[ "$(of_unit User)" = "$name" ] && [ "$(of_unit StateDirectory)" = "$name" ] || fall "the unit's user and folder"
install -d -m "$(of_unit RuntimeDirectoryMode)" -o "$name" -g "$name" "/run/$(of_unit RuntimeDirectory)"
read -ra before <<<"$(of_unit ExecStartPre)"
read -ra start <<<"$(of_unit ExecStart)"
"${as_user[@]}" "${before[@]}" | grep -qx 'the settings are good' || fall "ExecStartPre"
# Ten seconds at most.
await() {
    for _ in $(seq 100); do
        if grep -q "$1" "$2"; then break; fi
        sleep 0.1
    done
}
listening() {
    await '^listening on ' "$work/out"
    address=$(sed -n 's/^listening on //p' "$work/out")
}
run() {
    (
        umask "$(of_unit UMask)"
        ulimit -c "$(of_unit LimitCORE)"
        cd /
        exec "${as_user[@]}" "${start[@]}"
    ) >"$work/out" 2>"$work/log" &
    relay=$!
    listening
    [ -n "$address" ] || { cat "$work/log"; fall "the relay did not start"; }
}
ask() { curl -s -o "$work/answer" -w '%{http_code}' "$@"; }
run
[ "$(stat -c %U /proc/$relay)" = "$name" ] || fall "another user runs it"
grep -q '^Max core file size *0 *0 ' /proc/$relay/limits || fall "core dumps"
[ "$(ask "http://$address/readyz")" = 200 ] || fall "readyz"
[ "$(ask -X POST "http://$address/v1/create")" = 403 ] || fall "it is not for the invited"
# A creation by the contract: this week, random hashes, and the secret that the last fetch gave.
create() {
    secret=$(tail -c +7 "$work/answer" | head -c 32 | base64 -w 0 | tr '+/' '-_' | tr -d '=')
    {
        printf '\001'
        printf '%08x' $(($(date +%s) / 86400 / 7)) | sed 's/../\\x&/g' | xargs -0 printf '%b'
        head -c 64 /dev/urandom
        printf '\100'
        head -c 2048 /dev/urandom
    } >"$work/inbox"
    ask -X POST -H "authorization: Bearer $secret" --data-binary @"$work/inbox" "http://$address/v1/create"
}
code=$(relay invite new --config $settings | sed -n 's/^code:  //p')
printf '\001' >"$work/one"
fetch() { ask -X POST -H "authorization: Bearer $1" --data-binary @"$work/one" "http://$address/v1/create-secret"; }
[ "$(fetch "$code")" = 200 ] && [ "$(stat -c %s "$work/answer")" -ge 38 ] || fall "a code that root made fetches nothing"
[ "$(create)" = 201 ] || fall "an invited person makes no inbox"
[ "$(stat -c '%a %U' /var/lib/$name/relay.db-invites)" = "600 $name" ] || fall "whose the invites are"
if echo "$code" | relay close-slot --config $settings 2>"$work/said"; then fall "a slot that is none was closed"; fi
grep -q 'no such slot' "$work/said" || fall "the socket: $(cat "$work/said")"
read -ra reload <<<"$(of_unit ExecReload)"
"${reload[@]/\$MAINPID/$relay}"
await 'settings read again' "$work/log"
grep -q 'settings read again' "$work/log" || fall "ExecReload"
kill -TERM "$relay"
wait "$relay" || fall "the stop: exit code $?"
relay=
saw "started as its unit says, used, read its settings again, stopped: $(tr '\n' ';' <"$work/log")"

# The system calls of a run, against the unit's filter.
systemd-analyze syscall-filter >"$work/sets"
expand() {
    awk -v sought="$1" '
        /^@/ { set = $1; next } /^ +#/ { next } NF { of[set] = of[set] " " $1 }
        function show(name,   each, count, n) {
            count = split(of[name], each, " ")
            for (n = 1; n <= count; n++) if (each[n] ~ /^@/) show(each[n]); else print each[n]
        }
        END { show(sought) }' "$work/sets"
}
allowed=$(of_unit SystemCallFilter | grep -v '^~')
denied=$(of_unit SystemCallFilter | sed -n 's/^~//p')
for set in $allowed; do expand "$set"; done | sort -u >"$work/allowed"
for set in $denied; do expand "$set"; done | sort -u >"$work/denied"
[ "$(wc -l <"$work/allowed")" -gt 100 ] && [ -s "$work/denied" ] || fall "the sets of system calls"
# A new box, so that it writes.
export RELAY_DATABASE=/var/lib/$name/new/relay.db RELAY_INVITES=/var/lib/$name/relay.db-invites
strace -f -qq -o "$work/trace" setpriv --reuid "$name" --regid "$name" --clear-groups "${start[@]}" >"$work/out" 2>"$work/log" &
traced=$!
listening
[ "$(fetch "$code")" = 200 ] && [ "$(create)" = 201 ] || fall "the relay under strace"
pkill -TERM -P "$traced"
wait "$traced" || fall "the stop under strace"
traced=
unset RELAY_DATABASE RELAY_INVITES
grep -qE 'f(data)?sync\(' "$work/trace" || fall "nothing was written under strace"
# From the relay's own start on: what comes before is setpriv's.
sed -n '/execve("\/usr\/bin\/relay"/,$p' "$work/trace" | sed -n 's/^[0-9]* *\([a-z_0-9]*\)(.*/\1/p' | sort -u >"$work/called"
outside=$(comm -23 "$work/called" <(comm -23 "$work/allowed" "$work/denied") | tr '\n' ' ')
[ -z "$outside" ] || fall "calls that the filter refuses: $outside"
saw "$(wc -l <"$work/called") kinds of system calls, all within the filter"

dpkg -r $name >"$work/dpkg" 2>&1 || { cat "$work/dpkg"; fall "removing"; }
[ ! -e /usr/bin/relay ] && [ ! -e "$unit" ] || fall "files that stay"
[ -f $settings ] && [ -f /var/lib/$name/relay.db ] || fall "removing took settings or envelopes"
dpkg -i "$deb" >"$work/dpkg" 2>&1 || { cat "$work/dpkg"; fall "installing again"; }
run
[ "$(fetch "$code")" = 200 ] || fall "the box is not the one it was"
kill -TERM "$relay"
wait "$relay" || fall "the second stop"
relay=
rm -rf "/run/$name"
dpkg -P $name >"$work/dpkg" 2>&1 || { cat "$work/dpkg"; fall "purging"; }
for left in /usr/bin/relay "$unit" /etc/$name /var/lib/$name /usr/share/doc/$name /etc/systemd/system/multi-user.target.wants/$name.service; do
    [ ! -e "$left" ] || fall "$left stays"
done
if getent passwd $name || getent group $name; then fall "the user stays"; fi
installed=
saw "removed (settings and envelopes stay), installed again (the box is as it was), purged (nothing stays)"
