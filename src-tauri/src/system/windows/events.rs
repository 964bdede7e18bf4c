//! The end of sleep and changes of the network, as Windows tells them: each by a call from a thread of the system.

use std::ffi::c_void;
use std::ptr;

use windows_sys::Win32::NetworkManagement::IpHelper::{MIB_NOTIFICATION_TYPE, MIB_UNICASTIPADDRESS_ROW, NotifyUnicastIpAddressChange};
use windows_sys::Win32::Networking::WinSock::AF_UNSPEC;
use windows_sys::Win32::System::Power::{DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS, PowerRegisterSuspendResumeNotification};
use windows_sys::Win32::UI::WindowsAndMessaging::{DEVICE_NOTIFY_CALLBACK, PBT_APMRESUMEAUTOMATIC};

/// What a call of the system leads to.
type Act = Box<dyn Fn() + Send + Sync>;

/// Calls `awake` each time the computer has woken up, until the end of the program.
///
/// # Errors
/// The function and its code.
#[allow(unsafe_code)]
pub fn on_wake_up(awake: impl Fn() + Send + Sync + 'static) -> Result<(), String> {
    let subscription = Box::leak(Box::new(DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS {
        Callback: Some(power_changed),
        Context: context(awake).cast_mut(),
    }));
    let (recipient, mut registration) = (ptr::from_mut(subscription).cast(), ptr::null_mut());
    // SAFETY: DEVICE_NOTIFY_CALLBACK asks for such a subscription; neither it nor its context is ever freed.
    let code = unsafe { PowerRegisterSuspendResumeNotification(DEVICE_NOTIFY_CALLBACK, recipient, &raw mut registration) };
    done(code, "PowerRegisterSuspendResumeNotification")
}

/// Calls `changed` once at first, and then each time an address of this computer comes, changes or goes, until the end of the program.
///
/// # Errors
/// The function and its code.
#[allow(unsafe_code)]
pub fn on_network_change(changed: impl Fn() + Send + Sync + 'static) -> Result<(), String> {
    let mut registration = ptr::null_mut();
    // SAFETY: the context is what `address_changed` reads, and never freed.
    let code = unsafe { NotifyUnicastIpAddressChange(AF_UNSPEC, Some(address_changed), context(changed), true, &raw mut registration) };
    done(code, "NotifyUnicastIpAddressChange")
}

fn done(code: u32, function: &str) -> Result<(), String> {
    if code == 0 { Ok(()) } else { Err(format!("{function}: {code}")) }
}

/// The context of a registration that lasts as long as the program.
fn context(act: impl Fn() + Send + Sync + 'static) -> *const c_void {
    let act: Act = Box::new(act);
    ptr::from_ref(Box::leak(Box::new(act))).cast()
}

/// PBT_APMRESUMEAUTOMATIC comes after each sleep, whether a person woke the computer or not.
#[allow(unsafe_code)]
unsafe extern "system" fn power_changed(act: *const c_void, event: u32, _setting: *const c_void) -> u32 {
    if event == PBT_APMRESUMEAUTOMATIC {
        // SAFETY: the pointer is from `context`.
        unsafe { (*act.cast::<Act>())() };
    }
    0
}

#[allow(unsafe_code)]
unsafe extern "system" fn address_changed(act: *const c_void, _row: *const MIB_UNICASTIPADDRESS_ROW, _kind: MIB_NOTIFICATION_TYPE) {
    // SAFETY: the pointer is from `context`.
    unsafe { (*act.cast::<Act>())() };
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, unsafe_code)]
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use windows_sys::Win32::UI::WindowsAndMessaging::{PBT_APMRESUMESUSPEND, PBT_APMSUSPEND};

    use super::*;

    #[test]
    fn each_sleep_ends_once() {
        let (tell, told) = channel();
        let context = context(move || tell.send(()).unwrap());
        // Windows' order: asleep, awake, and a person is there.
        for event in [PBT_APMSUSPEND, PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMESUSPEND] {
            // SAFETY: as the registration would call it.
            assert_eq!(unsafe { power_changed(context, event, ptr::null()) }, 0);
        }
        assert_eq!(told.try_iter().count(), 1);
    }

    #[test]
    fn the_system_takes_the_registration_for_sleep() {
        on_wake_up(|| ()).unwrap();
    }

    #[test]
    fn the_system_tells_of_addresses() {
        let (tell, told) = channel();
        on_network_change(move || _ = tell.send(())).unwrap();
        told.recv_timeout(Duration::from_secs(10)).unwrap();
    }
}
