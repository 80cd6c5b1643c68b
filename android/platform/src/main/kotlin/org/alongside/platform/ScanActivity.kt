// The camera's page: looks for one code and goes. Pictures are read in memory and kept nowhere.
// Never run here: there is no camera off a phone. Invariant: the camera is open only while this page is in sight.
package org.alongside.platform

import android.Manifest
import android.annotation.SuppressLint
import android.app.Activity
import android.content.Intent
import android.content.pm.PackageManager
import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureRequest
import android.media.Image
import android.media.ImageReader
import android.os.Bundle
import android.os.Handler
import android.os.HandlerThread
import android.view.Surface
import android.view.SurfaceHolder
import android.view.SurfaceView
import android.view.WindowManager

class ScanActivity : Activity() {
    private val reader by lazy { ImageReader.newInstance(WIDTH, HEIGHT, ImageFormat.YUV_420_888, 2) }
    private val thread = HandlerThread("scan")
    private val handler by lazy { Handler(thread.looper) }
    private var camera: CameraDevice? = null
    private var surface: Surface? = null
    private var inSight = false

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
        thread.start()
        val view = SurfaceView(this)
        view.holder.setFixedSize(WIDTH, HEIGHT)
        view.holder.addCallback(object : SurfaceHolder.Callback {
            override fun surfaceCreated(holder: SurfaceHolder) {
                surface = holder.surface
                look()
            }

            override fun surfaceChanged(holder: SurfaceHolder, format: Int, width: Int, height: Int) = Unit

            override fun surfaceDestroyed(holder: SurfaceHolder) {
                surface = null
            }
        })
        setContentView(view)
        reader.setOnImageAvailableListener({ it.acquireLatestImage()?.use(::read) }, handler)
    }

    override fun onResume() {
        super.onResume()
        inSight = true
        if (checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED) look()
        else requestPermissions(arrayOf(Manifest.permission.CAMERA), 1)
    }

    override fun onRequestPermissionsResult(request: Int, permissions: Array<String>, results: IntArray) {
        if (results.firstOrNull() == PackageManager.PERMISSION_GRANTED) look() else finish()
    }

    override fun onPause() {
        super.onPause()
        inSight = false
        camera?.close()
        camera = null
    }

    override fun onDestroy() {
        super.onDestroy()
        reader.close()
        thread.quitSafely()
    }

    @SuppressLint("MissingPermission") // Asked for in onResume.
    private fun look() {
        if (!inSight || surface == null || camera != null) return
        if (checkSelfPermission(Manifest.permission.CAMERA) != PackageManager.PERMISSION_GRANTED) return
        val cameras = getSystemService(CameraManager::class.java)
        try {
            val facingAway = cameras.cameraIdList.firstOrNull {
                cameras.getCameraCharacteristics(it).get(CameraCharacteristics.LENS_FACING) == CameraCharacteristics.LENS_FACING_BACK
            }
            val id = facingAway ?: cameras.cameraIdList.firstOrNull() ?: return finish()
            cameras.openCamera(id, opened, handler)
        } catch (_: CameraAccessException) {
            finish()
        }
    }

    private val opened = object : CameraDevice.StateCallback() {
        override fun onOpened(device: CameraDevice) {
            val onScreen = surface
            if (!inSight || onScreen == null) return device.close()
            camera = device
            @Suppress("DEPRECATION") // The newer call needs a newer phone than the oldest that this runs on.
            device.createCaptureSession(listOf(onScreen, reader.surface), session(device, onScreen), handler)
        }

        override fun onDisconnected(device: CameraDevice) = device.close()

        override fun onError(device: CameraDevice, error: Int) {
            device.close()
            finish()
        }
    }

    private fun session(device: CameraDevice, onScreen: Surface) = object : CameraCaptureSession.StateCallback() {
        override fun onConfigured(session: CameraCaptureSession) {
            val request = device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW)
            request.addTarget(onScreen)
            request.addTarget(reader.surface)
            request.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
            try {
                session.setRepeatingRequest(request.build(), null, handler)
            } catch (_: CameraAccessException) {
                finish()
            } catch (_: IllegalStateException) {
                // Closed meanwhile: the page is on its way out.
            }
        }

        override fun onConfigureFailed(session: CameraCaptureSession) = finish()
    }

    private fun read(image: Image) {
        val plane = image.planes[0]
        val grey = ByteArray(plane.buffer.remaining()).also { plane.buffer.get(it) }
        // The last row may be shorter than the others: what is not whole is left out.
        val text = codeIn(grey, plane.rowStride, grey.size / plane.rowStride) ?: return
        runOnUiThread {
            setResult(RESULT_OK, Intent().putExtra(TEXT, text))
            finish()
        }
    }

    companion object {
        const val TEXT = "text"
        private const val WIDTH = 1280
        private const val HEIGHT = 720
    }
}
