// The real relay as a process of its own, on a free port of this machine. Knows its command line only.
// Invariant: what can't be started stops everything; nothing goes on without it.
package org.alongside.desktop

import java.io.File
import java.nio.file.Files
import java.nio.file.StandardCopyOption

class Relay private constructor(private val process: Process, val url: String, private val folder: File) : AutoCloseable {
    /** Tells it which UTC day it is; only where it was started with one. */
    fun dayIs(day: Long) {
        // A new file in its place: the relay never reads half a number.
        val next = File(folder, "day.next").apply { writeText("$day") }
        Files.move(next.toPath(), File(folder, "day").toPath(), StandardCopyOption.ATOMIC_MOVE)
    }

    /** Ends it at once, as `kill -9` does. */
    override fun close() {
        process.destroyForcibly().waitFor()
    }

    companion object {
        /** Starts it with its data in [folder]; by the system's clock, or on the UTC day that [day] has (days since 1970). */
        fun start(folder: File, day: Long? = null): Relay {
            folder.mkdirs()
            val program = requireNotNull(System.getProperty("relay.program")) { "-Drelay.program names no program" }
            check(File(program).canExecute()) { "the relay is not built: $program" }
            val words = mutableListOf(program, "--listen", "127.0.0.1:0", "--database", File(folder, "relay.db").path)
            if (day != null) words += listOf("--day-file", File(folder, "day").apply { writeText("$day") }.path)
            val command = ProcessBuilder(words)
            command.environment().keys.removeIf { it.startsWith("RELAY_") }
            val log = File(folder, "relay.log")
            val process = command.redirectError(ProcessBuilder.Redirect.appendTo(log)).start()
            Runtime.getRuntime().addShutdownHook(Thread { process.destroyForcibly() })
            val first = process.inputStream.bufferedReader().readLine()
            check(first != null && first.startsWith(SAYS)) { "the relay did not start: $first ${log.readText()}" }
            return Relay(process, "http://" + first.removePrefix(SAYS).trim(), folder)
        }

        private const val SAYS = "listening on "
    }
}
