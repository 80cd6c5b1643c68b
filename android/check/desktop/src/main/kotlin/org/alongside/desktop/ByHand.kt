// A phone that does what lines of plain text say, so that it can meet a phone written in another language: the lines and
// their answers are in tests/README-mixed.md. It knows no screen. Invariant: one line in, one line of JSON out, and only
// after what was asked is done and kept.
package org.alongside.desktop

import alongside.core.CardKind
import alongside.core.HowOften
import alongside.core.Mark
import alongside.core.Phone
import alongside.core.PhoneClock
import alongside.core.PhoneKeys
import alongside.core.Role
import alongside.core.ShownThings
import alongside.core.Trouble
import alongside.core.Until
import alongside.core.WordKind
import java.io.File
import java.security.SecureRandom
import java.time.Instant

private object MachineClock : PhoneClock {
    override fun seconds(): ULong = Instant.now().epochSecond.toULong()

    override fun zone(): String = "UTC"
}

private class KeyBeside(folder: File) : PhoneKeys {
    private val file = File(folder.path + ".key")

    override fun key(): ByteArray {
        if (!file.exists()) {
            val half = File(file.path + ".half").apply { writeBytes(ByteArray(32).also { SecureRandom().nextBytes(it) }) }
            check(half.renameTo(file))
        }
        return file.readBytes()
    }
}

private class ByHand(private val phone: Phone) {
    private var inviter = ""

    private fun other() = phone.people().people.firstOrNull() ?: throw Trouble.NotFound()

    private fun invite() = phone.invites().invites.firstOrNull() ?: throw Trouble.NotFound()

    private fun routine(name: String) = phone.today().routines.find { it.name == name }?.id ?: throw Trouble.NotFound()

    private fun shown(things: ShownThings) = things.routines.map { one ->
        mapOf("name" to one.name, "done" to one.days.filter { it.mark == Mark.DONE }.map { it.day }, "rest" to one.days.filter { it.mark == Mark.REST }.map { it.day })
    }

    fun answer(deed: String, rest: String): Map<String, Any> {
        when (deed) {
            "sync" -> return phone.sync().let { mapOf("came" to it.came, "went" to it.went, "waits" to it.waits, "offline" to it.offline) }
            "invite" -> {
                val id = phone.invite(false, rest, Role.Friend, false)
                return mapOf("code" to (phone.invites().invites.find { it.id == id }?.link ?: ""))
            }
            "join" -> {
                inviter = rest.substringAfter(' ')
                phone.join(false, rest.substringBefore(' '))
            }
            "stage" -> return mapOf("stage" to camel(invite().stage.name))
            "yes" -> {
                phone.knowThemAs(invite().id, inviter, Role.Friend, false)
                phone.answerInvite(invite().id)
            }
            "words" -> return mapOf("words" to invite().words)
            "same" -> return mapOf("who" to phone.wordsAreTheSame(invite().id))
            "routine" -> return mapOf("id" to phone.addRoutine(rest, HowOften.Daily, null))
            "done" -> phone.mark(routine(rest), phone.today().day, Mark.DONE)
            "show" -> phone.show("routine:${routine(rest)}", other().who, Until.UntilIStop, false)
            "stop" -> phone.stopShowing("routine:${routine(rest)}", other().who)
            "see" -> return mapOf("routines" to shown(phone.person(other().who).theyShow))
            "see-as" -> return mapOf("routines" to shown(phone.seeAs(other().who).shown))
            "encourage" -> phone.encourage(other().who, WordKind.Card(CardKind.valueOf(rest.uppercase().replace('-', '_'))), "", null)
            "heard" -> return mapOf("words" to phone.person(other().who).fromThem.map { said(it.kind, it.text) })
            else -> error("not understood: $deed")
        }
        return emptyMap()
    }

    private fun said(kind: WordKind, text: String) = if (kind is WordKind.Card) kind.v1.name.lowercase().replace('_', '-') else text

    private fun camel(name: String) = name.lowercase().split('_').joinToString("") { part -> part.replaceFirstChar { it.uppercase() } }
        .replaceFirstChar { it.lowercase() }
}

private fun json(value: Any): String = when (value) {
    is Map<*, *> -> value.entries.sortedBy { it.key.toString() }.joinToString(",", "{", "}") { json(it.key.toString()) + ":" + json(it.value!!) }
    is List<*> -> value.joinToString(",", "[", "]") { json(it!!) }
    is String -> value.fold(StringBuilder("\"")) { text, sign ->
        if (sign == '"' || sign == '\\') text.append('\\').append(sign) else if (sign < ' ') text.append("\\u%04x".format(sign.code)) else text.append(sign)
    }.append('"').toString()
    else -> value.toString()
}

fun main(words: Array<String>) {
    require(words.size == 3) { "FOLDER NAME POST-BOX" }
    val folder = File(words[0])
    val keys = KeyBeside(folder)
    val phone = try {
        Phone.open(folder.path, keys, MachineClock)
    } catch (_: Trouble.NotFound) {
        Phone.begin(folder.path, keys, MachineClock, words[1]).also { it.setPostBox(words[2], null) }
    }
    val hand = ByHand(phone)
    while (true) {
        val line = readlnOrNull() ?: return
        val told = try {
            hand.answer(line.substringBefore(' '), line.substringAfter(' ', "")) + ("ok" to true)
        } catch (why: Exception) {
            mapOf("ok" to false, "trouble" to why.toString())
        }
        println(json(told))
        System.out.flush()
    }
}
