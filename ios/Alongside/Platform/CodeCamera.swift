// The camera, for the square picture of an invite and for nothing else. It was never run; on Linux it is parsed only.
// Invariant: no picture is kept, and the phone asks the person only when they chose to scan.
import AVFoundation
import CompanionKit
import SwiftUI
import UIKit

enum CodeCamera {
    @MainActor static func scanner(words: Words) -> Scanner {
        Scanner(there: AVCaptureDevice.default(for: .video) != nil) { found in
            AnyView(CameraView(found: found).accessibilityLabel(words("join.scan")))
        }
    }
}

private struct CameraView: UIViewControllerRepresentable {
    let found: @MainActor (String) -> Void

    func makeUIViewController(context: Context) -> CameraController {
        CameraController(found: found)
    }

    func updateUIViewController(_ controller: CameraController, context: Context) {}
}

private final class CameraController: UIViewController, AVCaptureMetadataOutputObjectsDelegate {
    private let found: @MainActor (String) -> Void
    private let session = AVCaptureSession()
    private var done = false

    init(found: @escaping @MainActor (String) -> Void) {
        self.found = found
        super.init(nibName: nil, bundle: nil)
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) { nil }

    override func viewDidLoad() {
        super.viewDidLoad()
        guard let camera = AVCaptureDevice.default(for: .video), let input = try? AVCaptureDeviceInput(device: camera), session.canAddInput(input)
        else { return }
        session.addInput(input)
        let output = AVCaptureMetadataOutput()
        guard session.canAddOutput(output) else { return }
        session.addOutput(output)
        output.setMetadataObjectsDelegate(self, queue: .main)
        output.metadataObjectTypes = [.qr]
        let picture = AVCaptureVideoPreviewLayer(session: session)
        picture.frame = view.bounds
        picture.videoGravity = .resizeAspectFill
        view.layer.addSublayer(picture)
    }

    override func viewWillAppear(_ animated: Bool) {
        super.viewWillAppear(animated)
        let session = session
        DispatchQueue.global(qos: .userInitiated).async { session.startRunning() }
    }

    override func viewWillDisappear(_ animated: Bool) {
        super.viewWillDisappear(animated)
        let session = session
        DispatchQueue.global(qos: .userInitiated).async { session.stopRunning() }
    }

    nonisolated func metadataOutput(
        _ output: AVCaptureMetadataOutput, didOutput objects: [AVMetadataObject], from connection: AVCaptureConnection
    ) {
        let text = objects.lazy.compactMap { ($0 as? AVMetadataMachineReadableCodeObject)?.stringValue }.first
        MainActor.assumeIsolated {
            guard !done, let text else { return }
            done = true
            found(text)
        }
    }
}
